// What is known of a run from its program alone: parameters, work, exact memory.
import { sizeOf } from '../core/tensor.ts';
import { workOf } from '../graph/cost.ts';
import type { Graph, Program } from '../graph/graph.ts';
import { opTable } from '../ops/registry.ts';
import type { MemoryReport, RunFacts } from '../spec/metrics.ts';
import type { RunSetup } from './setup.ts';

/**
 * The facts of a run whose memory is known. FLOPs are those of forward and backward pass; the update is not counted, nor is adding up the
 * gradients of parts.
 */
export function factsOf(setup: RunSetup, program: Program, memory: MemoryReport): RunFacts {
  const { task, training } = setup;
  const positions = training.batch * task.trainLength;
  const tokensPerStep = training.batch * (task.trainTokens ?? task.trainLength);
  const { chance } = task;
  const weights = program.variables.filter((variable) => variable.role === 'weight');
  const entry = program.entries.find(({ name }) => name === 'train' || name === 'accumulate');
  return {
    parameters: weights.reduce((sum, weight) => sum + sizeOf(weight.type.shape), 0),
    tokensPerStep,
    ...(positions === tokensPerStep ? {} : { positionsPerStep: positions }),
    samplesPerStep: training.batch,
    evaluationTokens: task.evalSequences * task.evalLength,
    flopsPerToken: entry ? (flopsOf(entry) * training.accumulate) / tokensPerStep : 0,
    memory,
    chanceLoss: chance.loss,
    chanceAccuracy: chance.accuracy,
    ...(chance.blind ? { blindLoss: chance.blind.loss, blindAccuracy: chance.blind.accuracy } : {}),
    solvedAccuracy: task.solved.accuracy,
    ...(task.floors === undefined ? {} : { floors: task.floors }),
    ...(task.bytesPerToken === undefined ? {} : { bytesPerToken: task.bytesPerToken }),
  };
}

function flopsOf(graph: Graph): number {
  const { forward, backward } = workOf(graph, opTable);
  return forward.flops + backward.flops;
}
