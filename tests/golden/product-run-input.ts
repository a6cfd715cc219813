// The input of product-run.py: small runs as specs, with this program's initial weights and data. PyTorch computes the rest. Prints JSON:
// node tests/golden/product-run-input.ts | python3 tests/golden/product-run.py > tests/golden/product_run.json
import { smallSpec, smallText } from '../../src/engine/verify/small-run.ts';
import type { RunSpec } from '../../src/engine/spec/run-spec.ts';
import { unwrap } from '../../src/engine/core/result.ts';
import { RandomStream } from '../../src/engine/core/philox.ts';
import { makeBatch, type Batch } from '../../src/engine/tasks/streams.ts';
import type { Task } from '../../src/engine/tasks/task.ts';
import { describeRun } from '../../src/engine/training/describe.ts';
import { startingValues } from '../../src/engine/models/initialisers/registry.ts';
import { buildProgram } from '../../src/engine/training/program.ts';
import { setUpRun } from '../../src/engine/training/setup.ts';

const steps = 10;

const shared = {
  batch: 4,
  accumulate: 2,
  schedule: 'cosine',
  warmup: 3,
  minimumLearningRate: 2e-3,
  weightDecay: 0.1,
  evaluateEvery: 5,
  beta2: 0.95,
  epsilon: 1e-4,
};

const specs: Readonly<Record<string, RunSpec>> = {
  'minGRU, AdamW, targets at some positions': smallSpec({
    model: 'minGru',
    task: 'selective-copy-v1',
    taskFields: { length: 9, memorise: 2, vocabulary: 5, evalSequences: 5 },
    fields: { layers: 2, d: 4, conv: true, mlp: true, learnedStart: true },
    training: { ...shared, optimiser: 'adamw', clip: 1.5 },
    budget: { unit: 'steps', amount: steps },
  }),
  'GRU, SGD with momentum, masked regression': smallSpec({
    model: 'gru',
    task: 'adding-v1',
    taskFields: { length: 7, evalSequences: 5 },
    fields: { d: 4, norm: 'layerNorm', mlp: true, mlpKind: 'gelu', headBias: true },
    training: { ...shared, optimiser: 'sgd', learningRate: 0.05, minimumLearningRate: 5e-3, clip: 0.5 },
    budget: { unit: 'steps', amount: steps },
    seed: 2,
  }),
  'LSTM, Adam, text': smallSpec({
    model: 'lstm',
    task: 'char-text-v1',
    taskFields: { length: 6, evalSequences: 5 },
    fields: { d: 4, norm: 'none', residual: false },
    training: { ...shared, optimiser: 'adam', clip: 0, weightDecay: 0.01 },
    budget: { unit: 'steps', amount: steps },
    seed: 3,
  }),
  'minGRU, AdamW, dropout': smallSpec({
    model: 'minGru',
    task: 'adding-v1',
    taskFields: { length: 5, evalSequences: 5 },
    // 5 x 3 numbers a sample: the second part begins within a block of random words.
    fields: { d: 3, layers: 2, mlp: true, dropout: 0.3 },
    training: { ...shared, optimiser: 'adamw', clip: 1 },
    budget: { unit: 'steps', amount: steps },
    seed: 5,
  }),
  'minLSTM, SGD with momentum, dropout after the MLP only': smallSpec({
    model: 'minLstm',
    task: 'selective-copy-v1',
    taskFields: { length: 5, memorise: 2, vocabulary: 5, evalSequences: 5 },
    fields: { d: 3, mlp: true, dropout: 0.3, dropoutPlace: 'mlp' },
    training: { ...shared, optimiser: 'sgd', learningRate: 0.05, minimumLearningRate: 5e-3, clip: 0 },
    budget: { unit: 'steps', amount: steps },
    seed: 6,
  }),
  'minLSTM, AdamW, padded sequences': smallSpec({
    model: 'minLstm',
    task: 'parity-check-v1',
    taskFields: { trainLength: 6, evalMinimum: 4, evalMaximum: 9, evalSequences: 5 },
    fields: { d: 4 },
    training: { ...shared, optimiser: 'adamw', clip: 1 },
    budget: { unit: 'steps', amount: steps },
    seed: 4,
  }),
};

const listed = ({ inputs: [input], target }: Task, { size, length, streams }: Batch) => ({
  size,
  length,
  x: [...streams[input.name]],
  y: [...streams[target.name]],
  mask: target.kind === 'values' ? [...streams[target.mask]] : null,
});

async function inputOf(name: string, spec: RunSpec) {
  const text = spec.task.id === 'char-text-v1' ? smallText : null;
  const setup = unwrap(setUpRun(spec, text));
  const { task, training } = setup;
  const batches = Array.from({ length: steps }, (_, step) => {
    const batch = makeBatch(task, training.batch, task.trainLength);
    task.train(batch, new RandomStream(spec.seed, 'data', step));
    return listed(task, batch);
  });
  const held = makeBatch(task, task.evalSequences, task.evalLength);
  task.evaluate(held, 0);
  const weights = buildProgram(setup).variables.filter(({ role }) => role === 'weight');
  const facts = unwrap(await describeRun(spec, text));
  return {
    name,
    spec,
    text,
    flopsPerStep: Math.round(facts.flopsPerToken * facts.tokensPerStep),
    weights: Object.fromEntries(
      weights.map((weight) => [
        weight.name,
        { shape: weight.type.shape, data: [...startingValues(weight, spec.seed)] },
      ]),
    ),
    batches,
    held: listed(task, held),
  };
}

const inputs = await Promise.all(Object.entries(specs).map(([name, spec]) => inputOf(name, spec)));
process.stdout.write(JSON.stringify(inputs));
