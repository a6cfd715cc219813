// The rate of each step: by the schedule of the run's learning rate, or the one that a person has set on the way. A function of the step, so
// that a resumed run continues exactly.
import type { TrainingCursor } from '../spec/training-cursor.ts';

export type ScheduleKind = 'constant' | 'cosine';

export interface Schedule {
  readonly kind: ScheduleKind;
  /** The run's setting, reached after the warm-up. */
  readonly learningRate: number;
  /** Cosine ends here. */
  readonly minimum: number;
  /** Steps of linear rise from 0. */
  readonly warmup: number;
  /** Steps of the whole run; null if the budget is not in steps and only the progress is known. */
  readonly steps: number | null;
}

/**
 * The rate of update `step` (0 = the first), from the setting r. Warm-up: r (step + 1) / (warmup + 1). Then constant, or
 * minimum + (r - minimum) (1 + cos(pi p)) / 2 with p = share of the steps after warm-up; p = `progress` (0..1) when the number of
 * steps is not known. Both as nanoGPT.
 */
export function scheduledRate(schedule: Schedule, step: number, progress: number): number {
  const { kind, learningRate, minimum, warmup, steps } = schedule;
  if (step < warmup) return (learningRate * (step + 1)) / (warmup + 1);
  if (kind === 'constant') return learningRate;
  const share = steps === null ? progress : (step - warmup) / Math.max(1, steps - warmup);
  return minimum + ((learningRate - minimum) * (1 + Math.cos(Math.PI * Math.min(1, Math.max(0, share))))) / 2;
}

type Changes = NonNullable<TrainingCursor['rateChanges']>;

export class Rates {
  readonly #schedule: Schedule;
  readonly #ahead: Float64Array;
  /** Null = by the schedule. */
  #set: number | null;
  #changes: Changes;

  /** Up to `most` steps are asked for at once. */
  constructor(schedule: Schedule, cursor: TrainingCursor, most: number) {
    this.#schedule = schedule;
    this.#ahead = new Float64Array(most);
    this.#set = cursor.learningRate;
    this.#changes = cursor.rateChanges ?? [];
  }

  /** The rate of the update after `step`; `share` is how much of the budget is spent then. */
  at(step: number, share: number): number {
    return this.#set ?? scheduledRate(this.#schedule, step, share);
  }

  /** The rates of the next `count` updates; `share` of how much is spent after so many. Valid until the next call. */
  ahead(step: number, count: number, share: (steps: number) => number): Float64Array {
    const rates = this.#ahead.subarray(0, count);
    for (let i = 0; i < count; i++) rates[i] = this.at(step + i, share(i));
    return rates;
  }

  /** Keeps this rate from the update after `step` on. */
  set(value: number, step: number): void {
    if (!(value > 0 && Number.isFinite(Math.fround(value)))) {
      throw new Error(`learning rate: a positive float32 number is required, got ${value}`);
    }
    this.#set = value;
    this.#changes = [...this.#changes, { step, value }];
  }

  /** What a checkpoint keeps of it. */
  saved(): Pick<TrainingCursor, 'learningRate' | 'rateChanges'> {
    return { learningRate: this.#set, ...(this.#changes.length === 0 ? {} : { rateChanges: this.#changes }) };
  }
}
