// Tiny experiments that exercise everything and finish in seconds.
import type { ExperimentSpec } from '../../src/engine/spec/run-spec.ts';

/** Steps that no machine trains while a test looks. */
export const endless = 5_000_000;

/** Two models on selective copying; `steps` of about a millisecond. */
export const tinyRace = (steps: number, change: Partial<ExperimentSpec> = {}): ExperimentSpec => ({
  format: 'minrnn-experiment',
  version: 1,
  name: 'tiny race',
  task: { id: 'selective-copy-v1', fields: { length: 16, memorise: 2, vocabulary: 6, evalSequences: 16 } },
  variants: [
    { model: 'minGru', fields: { d: 16, layers: 1, dropout: 0.1 } },
    { model: 'minLstm', fields: { d: 16, layers: 1 } },
  ],
  training: { batch: 8, evaluateEvery: 100, checkpointEvery: 0.2 },
  budget: { unit: 'steps', amount: steps },
  device: { kind: 'cpu', threads: 1 },
  slice: 0.1,
  ...change,
});

export const tinyText = (change: Partial<ExperimentSpec> = {}): ExperimentSpec => ({
  ...tinyRace(60),
  task: { id: 'char-text-v1', fields: { length: 32, evalSequences: 8 } },
  ...change,
});
