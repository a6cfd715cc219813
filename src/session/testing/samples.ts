// Complete values of the store's types for tests and for the fixture: no randomness, no clock.
import type { RunFacts } from '../../engine/spec/metrics.ts';
import type { MetricColumns, MetricKind } from '../../engine/spec/metrics.ts';
import { earlierMetrics } from '../../engine/spec/task-metrics.ts';
import type { SampleDetail } from '../../engine/spec/showing.ts';
import type { SessionHead, StoredRun } from '../store.ts';
import type { TrainingCursor } from '../../engine/spec/training-cursor.ts';

export const someHead: SessionHead = { name: 'A race', note: '', experiment: null, baseline: null };

export const someFacts: RunFacts = {
  parameters: 1234,
  tokensPerStep: 128,
  samplesPerStep: 4,
  flopsPerToken: 7404,
  memory: { weights: 8, gradients: 8, optimiser: 16, activations: 32, workspace: 0, inputOutput: 64, total: 128 },
  metrics: earlierMetrics({ chanceLoss: 4.17, chanceAccuracy: 0.15, solvedAccuracy: null }, true),
};

/** Of the text ` me`. */
export const someDetail: SampleDetail = {
  origin: 'evaluation',
  symbols: [' ', 'm', 'e'],
  shares: [0.5, 0.25, 1],
  likeliest: [
    [
      [' ', 0.5],
      ['m', 0.25],
    ],
    [['m', 0.25]],
    [['e', 1]],
  ],
  copied: { start: 0, length: 3 },
  words: null,
  secondsPerSymbol: 0.001,
};

export const cursorAt = (step: number): TrainingCursor => ({
  step,
  activeSeconds: step * 0.1,
  wallSeconds: step * 0.25,
  learningRate: null,
  best: step > 0 ? { step, loss: 1 / step, accuracy: null } : null,
  sinceBest: 0,
});

export function someRun(id: string, change: Partial<StoredRun> = {}): StoredRun {
  return {
    id,
    spec: {
      format: 'minrnn-run',
      version: 1,
      model: { kind: 'minGru', implementation: 'fused', fields: { layers: 2, d: 64 } },
      task: { id: 'char-text-v1', fields: {} },
      training: { learningRate: 0.001 },
      budget: { unit: 'steps', amount: 100 },
      seed: 1,
      device: { kind: 'cpu', threads: 1 },
    },
    name: `minGRU ${id}`,
    variant: 0,
    identity: 0,
    intent: 'queued',
    problem: null,
    cursor: cursorAt(0),
    facts: someFacts,
    environment: null,
    stepSeconds: null,
    warmupSeconds: null,
    peakBytes: null,
    forkedFrom: null,
    note: '',
    tags: [],
    hidden: false,
    texts: null,
    ...change,
  };
}

/** Value of point `i` unless a test brings its own: a slow wave with one spike in a thousand and one hole in 977. */
export function waveAt(i: number): number | null {
  if (i % 977 === 976) return null;
  return Math.sin(i / 50) + (i % 1000 === 999 ? 10 : 0);
}

/** Points `from` up to `to` at steps equal to their index. */
export function columnsOf(metric: MetricKind, from: number, to: number, valueAt = waveAt): MetricColumns {
  const step = Array.from({ length: to - from }, (_, k) => from + k);
  return {
    metric,
    step,
    active: step.map((i) => i * 0.1),
    wall: step.map((i) => i * 0.25),
    value: step.map(valueAt),
  };
}
