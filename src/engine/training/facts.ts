// What is known of a run from its program alone: parameters, work, exact memory.
import { sizeOf } from '../core/tensor.ts';
import { workOf } from '../graph/cost.ts';
import type { Graph, Program } from '../graph/graph.ts';
import { opTable } from '../ops/registry.ts';
import type { MemoryReport, RunFacts } from '../spec/metrics.ts';
import type { RunMetric, TaskMetric } from '../spec/task-metrics.ts';
import { lossPartMetrics } from '../tasks/target-words.ts';
import type { Task } from '../tasks/task.ts';
import { testMetrics } from '../tasks/test-part.ts';
import { toldBy } from './diagnostics.ts';
import { alwaysNumbers, fallbackMetric } from './fallback.ts';
import { buildProgram } from './program.ts';
import type { RunSetup } from './setup.ts';

/**
 * The facts of a run whose memory is known. FLOPs are those of forward and backward pass; the update is not counted, nor is adding up the
 * gradients of parts.
 */
export function factsOf(setup: RunSetup, program: Program, memory: MemoryReport): RunFacts {
  const { task, training } = setup;
  const positions = training.batch * task.trainLength;
  const tokensPerStep = tokensOf(setup);
  const weights = program.variables.filter((variable) => variable.role === 'weight');
  return {
    parameters: weights.reduce((sum, weight) => sum + sizeOf(weight.type.shape), 0),
    tokensPerStep,
    ...(positions === tokensPerStep ? {} : { positionsPerStep: positions }),
    samplesPerStep: training.batch,
    evaluationTokens: task.evalSequences * task.evalLength,
    flopsPerToken: workOfRun(setup, program),
    memory,
    metrics: [...runMetrics(task), ...lossPartMetrics(task), ...testMetrics(task), ...ownMetrics(setup, program)],
    ...(task.floors === undefined ? {} : { floors: task.floors }),
    ...(task.bytesPerToken === undefined ? {} : { bytesPerToken: task.bytesPerToken }),
  };
}

const tokensOf = ({ task, training }: RunSetup): number => training.batch * (task.trainTokens ?? task.trainLength);

/** FLOPs of a token in training, as the network is written: what `program` saves by its shortcuts (ops/by-table.ts) counts too. */
export function workOfRun(setup: RunSetup, program: Program): number {
  const written = program.entries.some(computesTables) ? buildProgram(setup, { asWritten: true }) : program;
  const entry = written.entries.find(({ name }) => name === 'train' || name === 'accumulate');
  return entry ? (flopsOf(entry) * setup.training.accumulate) / tokensOf(setup) : 0;
}

/** Rows are looked up in a table that is not a weight itself. */
const computesTables = ({ nodes, values }: Graph): boolean =>
  nodes.some(({ op, inputs: [, table = -1] }) => op === 'embedding' && values[table]?.variable === null);

/** As results are read by them: with their levels, without how they are computed. */
function runMetrics({ metrics, chance, solved, canFail }: Task): readonly RunMetric[] {
  return metrics.map(({ name, title, short, better, unit, diverged }) => ({
    name,
    title,
    short,
    better,
    unit,
    chance: chance.constant[name] ?? null,
    blind: chance.blind?.[name] ?? null,
    solved: solved[name] ?? null,
    ...(canFail ? { canFail } : {}),
    ...worstOf(diverged, chance.constant[name]),
  }));
}

function worstOf(diverged: TaskMetric['diverged'], guessed: number | undefined): Pick<RunMetric, 'worst'> {
  const worst = diverged === 'chance' ? guessed : diverged;
  return worst === undefined ? {} : { worst };
}

/** What the implementation tells of its steps. */
function ownMetrics(setup: RunSetup, program: Program): readonly RunMetric[] {
  const own = [...toldBy(program, setup), ...(alwaysNumbers(setup) === null ? [] : [fallbackMetric])];
  return own.map((metric) => ({ ...metric, chance: null, blind: null, solved: null }));
}

function flopsOf(graph: Graph): number {
  const { forward, backward } = workOf(graph, opTable);
  return forward.flops + backward.flops;
}
