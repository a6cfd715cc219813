// The quantities a run reports over time, and the columns they travel in.

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

/** `speed/*` = per second over steady steps; `memory/process-peak` in bytes as the operating system saw it. */
export type MetricKind = (typeof metricKinds)[number];

/** What is added up over the places that count and divided by their number, both exactly. */
export type Measured = 'cross-entropy' | 'squared-error' | 'hits';

/** How a task is judged on its held-out data. */
export interface TaskMetric {
  /** The name it is kept and drawn under. */
  readonly kind: MetricKind;
  readonly of: Measured;
  readonly better: 'lower' | 'higher';
  /** `nats`, `share`; empty = that of the values themselves, squared. */
  readonly unit: string;
}

/** Of answers that are classes. */
export const classMetrics = [
  { kind: 'val/loss', of: 'cross-entropy', better: 'lower', unit: 'nats' },
  { kind: 'val/accuracy', of: 'hits', better: 'higher', unit: 'share' },
] as const satisfies readonly TaskMetric[];

/** Of answers that are values. */
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

/** What does not change during a run and turns steps into the other x-axes. */
export interface RunFacts {
  readonly parameters: number;
  /** Positions that are not padding, on average where sequences differ in length. */
  readonly tokensPerStep: number;
  /** With padding: what is computed; absent where it is the same (and in older sessions, which counted padding as tokens). */
  readonly positionsPerStep?: number;
  readonly samplesPerStep: number;
  /** Positions of one evaluation on the held-out data; absent in older sessions. */
  readonly evaluationTokens?: number;
  /** Forward and backward, multiply and add counted as two. */
  readonly flopsPerToken: number;
  readonly memory: MemoryReport;
  /** Measured while it trains; absent until then, and in older sessions. */
  readonly growth?: MemoryGrowth;
  /** Chance level (the best constant answer) and solved threshold of the task in its own metric, for guide lines. */
  readonly chanceLoss: number | null;
  readonly chanceAccuracy: number | null;
  /** Of the best answer by size and position alone, where it beats the constant one of `chance…`; absent in older sessions. */
  readonly blindLoss?: number | null;
  readonly blindAccuracy?: number | null;
  readonly solvedAccuracy: number | null;
  /** Text tasks: bytes of UTF-8 a held-out symbol stands for on average; absent in older sessions. */
  readonly bytesPerToken?: number;
}

/** A loss in nats a symbol as bits a byte, in which characters, bytes and tokens compare; null where the task is no text. */
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

/** What training took beyond the idle engine: a check of the plan, counted at the memory itself and not taken from the plan. */
export interface MemoryGrowth {
  readonly bytes: number;
  /** resident = pages of the run's memory that the system really keeps; allocated = what the device has made, by its own count. */
  readonly counted: 'resident' | 'allocated';
}

/** Which way along the run a chart is read. */
export type XAxis = 'step' | 'tokens' | 'samples' | 'active' | 'wall' | 'flops';
