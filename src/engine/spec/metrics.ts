// The quantities a run reports over time, and their columns.

import type { Floor } from './floors.ts';

export const metricKinds = [
  'train/loss',
  'val/loss',
  'val/accuracy',
  'train/gradient-norm',
  'train/learning-rate',
  'speed/steps',
  'speed/tokens',
  'memory/process-peak',
] as const;

/** `speed/*` = per second over steady steps; `memory/process-peak` in bytes as measured by the operating system. */
export type MetricKind = (typeof metricKinds)[number];

/** A quantity that is summed over the positions that count and divided by their number, both exactly. */
export type Measured = 'cross-entropy' | 'squared-error' | 'hits';

/** How a task is judged on its held-out data. */
export interface TaskMetric {
  /** The name it is kept and drawn under. */
  readonly kind: MetricKind;
  readonly of: Measured;
  readonly better: 'lower' | 'higher';
  /** `nats`, `share`; empty = the square of the values' unit. */
  readonly unit: string;
}

/** Metrics for answers that are classes. */
export const classMetrics = [
  { kind: 'val/loss', of: 'cross-entropy', better: 'lower', unit: 'nats' },
  { kind: 'val/accuracy', of: 'hits', better: 'higher', unit: 'share' },
] as const satisfies readonly TaskMetric[];

/** Metrics for answers that are values. */
export const valueMetrics = [
  { kind: 'val/loss', of: 'squared-error', better: 'lower', unit: '' },
] as const satisfies readonly TaskMetric[];

/**
 * Points of one metric of one run, in columns of equal length. `value` null = not a finite number.
 * Tokens, samples and FLOPs are multiples of `step` (RunFacts) and so are not stored.
 */
export interface MetricColumns {
  readonly metric: MetricKind;
  readonly step: readonly number[];
  /** Seconds of training only: no compile, warm-up, data, evaluation, waiting or pause. */
  readonly active: readonly number[];
  /** Seconds since the run first started, waiting and pauses included. */
  readonly wall: readonly number[];
  readonly value: readonly (number | null)[];
}

/** Constants of a run, including those that convert steps to the other x-axes. */
export interface RunFacts {
  readonly parameters: number;
  /** Positions that are not padding, on average where sequences differ in length. */
  readonly tokensPerStep: number;
  /** Including padding, as computed; absent if it is the same (and in older sessions, which counted padding as tokens). */
  readonly positionsPerStep?: number;
  readonly samplesPerStep: number;
  /** Positions of one evaluation on the held-out data; absent in older sessions. */
  readonly evaluationTokens?: number;
  /** Forward and backward, multiply and add counted as two. */
  readonly flopsPerToken: number;
  readonly memory: MemoryReport;
  /** Measured during training; absent before that, and in older sessions. */
  readonly growth?: MemoryGrowth;
  /** Chance level (the best constant answer) and solved threshold of the task in its own metric, for guide lines. */
  readonly chanceLoss: number | null;
  readonly chanceAccuracy: number | null;
  /** The same for the best answer by size and position alone, if it beats the constant one of `chance…`; absent in older sessions. */
  readonly blindLoss?: number | null;
  readonly blindAccuracy?: number | null;
  readonly solvedAccuracy: number | null;
  /** What guesses without training reach, where the task knows several; absent in older sessions. */
  readonly floors?: readonly Floor[];
  /** Text tasks: bytes of UTF-8 a held-out symbol stands for on average; absent in older sessions. */
  readonly bytesPerToken?: number;
}

/** A loss in nats per symbol as bits per byte, which is comparable between characters, bytes and tokens; null if the task is not a text. */
export const bitsPerByte = (
  loss: number | null | undefined,
  facts: Pick<RunFacts, 'bytesPerToken'> | null,
): number | null =>
  loss === null || loss === undefined || facts?.bytesPerToken === undefined
    ? null
    : loss / Math.LN2 / facts.bytesPerToken;

/** Exact bytes, known before anything runs. `total` is the sum of the parts and equals what the device allocates. */
export interface MemoryReport {
  readonly weights: number;
  readonly gradients: number;
  readonly optimiser: number;
  readonly activations: number;
  readonly workspace: number;
  /** Input, output, op table and alignment. */
  readonly inputOutput: number;
  readonly total: number;
}

/** Memory of training beyond the idle engine: a check of the plan, measured and not derived from the plan. */
export interface MemoryGrowth {
  readonly bytes: number;
  /** resident = pages of the run's memory that are really in memory; allocated = bytes allocated by the device's own count. */
  readonly counted: 'resident' | 'allocated';
}

/** The horizontal axes of a chart. */
export type XAxis = 'step' | 'tokens' | 'samples' | 'active' | 'wall' | 'flops';
