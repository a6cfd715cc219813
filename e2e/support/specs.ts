// Experiments small enough for a loaded machine: one layer of eight channels, sequences of sixteen.
import type { ExperimentSpec, VariantSpec } from '../../src/engine/spec/run-spec.ts';

interface Size {
  readonly name?: string;
  readonly steps?: number;
  readonly models?: readonly string[];
  readonly training?: ExperimentSpec['training'];
}

/** Selective copying with one run a model, in turns, on one thread. */
export function tinyRace({ name = 'Tiny race', steps = 60, models = ['minGru', 'gru'], training }: Size = {}) {
  return {
    format: 'minrnn-experiment',
    version: 1,
    name,
    task: { id: 'selective-copy-v1', fields: { length: 14, memorise: 2, vocabulary: 6, evalSequences: 16 } },
    variants: models.map((model): VariantSpec => ({ model, fields: { layers: 1, d: 8 } })),
    training: { batch: 8, learningRate: 0.003, evaluateEvery: 10, ...training },
    budget: { unit: 'steps', amount: steps },
    device: { kind: 'cpu', threads: 1 },
    mode: 'race',
    slice: 0.1,
  } satisfies ExperimentSpec;
}

/** More steps than a test waits for. */
export const endless = 5_000_000;
