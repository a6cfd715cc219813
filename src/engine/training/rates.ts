// The rate of each step: by the schedule of the run's learning rate, or the one that a person has set on the way.
import { scheduledRate, type Schedule } from '../optim/schedules.ts';
import type { TrainingCursor } from '../spec/training-cursor.ts';

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
