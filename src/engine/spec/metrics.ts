// The quantities a run reports over time, and their columns.

import type { Floor } from './floors.ts';
import {
  isEvaluated,
  isMetricName,
  isOfModel,
  isTested,
  lossName,
  type MetricName,
  type RunMetric,
} from './task-metrics.ts';

/** Quantities that every run reports, whatever its task. */
const common = [
  'train/loss',
  'train/gradient-norm',
  'train/learning-rate',
  'speed/steps',
  'speed/tokens',
  'memory/process-peak',
] as const;

/**
 * `val/*` = a metric of the task, `model/*` = of the model (task-metrics.ts); `speed/*` = per second over steady steps; `memory/process-peak` in bytes as measured by
 * the operating system.
 */
export type MetricKind = (typeof common)[number] | MetricName;

export const isMetricKind = (name: string): name is MetricKind =>
  isMetricName(name) || common.some((one) => one === name);

/** Those that this program knows, in the order of documents: losses, other metrics of the task, how the run went, then the model's own. */
export function inOrder(names: readonly string[]): readonly MetricKind[] {
  const place = (name: MetricKind): number =>
    name === 'train/loss'
      ? 0
      : name === lossName
        ? 1
        : !isMetricName(name)
          ? 6 + common.indexOf(name)
          : isEvaluated(name)
            ? 2
            : isTested(name)
              ? 4
              : isOfModel(name)
                ? 5
                : 3;
  return names.filter(isMetricKind).toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

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
  /** The metrics of its task, of which the first is the loss, then those of its model. */
  readonly metrics: readonly RunMetric[];
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
