// The clocks of a run. Active = steady training steps only; busy = everything done with the machine; wall = since the run first started.
import { itemAt } from '../core/item.ts';
import { around, type Pace } from '../spec/remaining.ts';
import { Stretches } from './stretches.ts';

const kept = 200;
const warmupSteps = 3;
const warmupAtLeast = 0.1;
const enough = 10;
/** An evaluation that has not been timed is estimated by its tokens: a forward pass takes between a quarter and all of a training step. */
const unseenEvaluation = { least: 0.25, most: 1 };

export interface Quartiles {
  readonly median: number;
  readonly q1: number;
  readonly q3: number;
}

/** Seconds on a monotonic clock. */
export const now = (): number => performance.now() / 1000;

/** Times of steps and what is derived from them. Steps are warm-up until three of them and a tenth of a second have passed. */
export class StepClock {
  active: number;
  readonly stretches = new Stretches();
  /** Seconds of all work of this process for the run after warm-up, and the steps done in them. */
  busy = 0;
  steps = 0;
  /** Evaluations of this process, and seconds of the steady ones among the busy seconds. */
  #evaluations = 0;
  #evaluationSeconds = 0;
  #evaluationBusy = 0;
  #steady = 0;
  #wallBefore: number;
  #startedAt: number | null = null;
  #warmup = 0;
  #warmSteps = 0;
  #warm = false;
  readonly #times = new Float64Array(kept);

  constructor(active: number, wall: number) {
    this.active = active;
    this.#wallBefore = wall;
  }

  /** The wall clock of this process starts with the first slice. */
  start(): void {
    this.#startedAt ??= now();
  }

  get wall(): number {
    return this.#wallBefore + (this.#startedAt === null ? 0 : now() - this.#startedAt);
  }

  /** Notes one training step. True when it counts as steady. */
  step(seconds: number): boolean {
    if (!this.#warm) {
      this.#warmup += seconds;
      this.#warmSteps++;
      this.#warm = this.#warmSteps >= warmupSteps && this.#warmup >= warmupAtLeast;
      return false;
    }
    this.#times[this.steps % kept] = seconds;
    this.steps++;
    this.active += seconds;
    this.#steady += seconds;
    this.stretches.step(seconds);
    return true;
  }

  /** Notes one evaluation with the samples and checkpoints that follow it; `counted` = its seconds are part of `busy`. */
  evaluated(seconds: number, counted: boolean): void {
    this.#evaluations++;
    this.#evaluationSeconds += seconds;
    if (counted) this.#evaluationBusy += seconds;
  }

  /** The costs of the run as measured by this process; null before a steady step. `evaluationSteps`: tokens of an evaluation in steps. */
  pace(evaluationSteps: number): Pace | null {
    if (this.steps === 0) return null;
    const mean = this.#steady / this.steps;
    const lately = this.#lately();
    // Other runs on the machine change the pace from slice to slice, so the mean improves with more seconds.
    const doubt = Math.min(0.5, Math.max(0.05, 0.4 / Math.sqrt(1 + this.busy)));
    const step = { low: Math.min(mean, lately) * (1 - doubt), high: Math.max(mean, lately) * (1 + doubt) };
    const seen = this.#evaluations > 0;
    const evaluation = seen
      ? around(this.#evaluationSeconds / this.#evaluations, 1 - doubt, 1 + doubt)
      : around(mean * evaluationSteps, unseenEvaluation.least, unseenEvaluation.most);
    const beside = Math.max(0, this.busy - this.#steady - this.#evaluationBusy) / this.steps;
    return { step, beside, evaluation };
  }

  /** Mean of the most recent steps, which reflects the current neighbours on the machine. */
  #lately(): number {
    const have = Math.min(this.steps, kept);
    let sum = 0;
    for (let i = 0; i < have; i++) sum += itemAt(this.#times, i);
    return sum / have;
  }

  get warmupSeconds(): number | null {
    return this.#warm ? this.#warmup : null;
  }

  /** Over the last 200 steady steps; null before ten. */
  quartiles(): Quartiles | null {
    return this.steps < enough ? null : quartilesOf(this.#times.slice(0, Math.min(this.steps, kept)));
  }

  /** Median of the last `count` steady steps; null when there is none. */
  recent(count: number): number | null {
    const have = Math.min(this.steps, count, kept);
    if (have === 0) return null;
    const last = Float64Array.from({ length: have }, (_, i) => itemAt(this.#times, (this.steps - 1 - i) % kept));
    return quartilesOf(last).median;
  }
}

/** Quartiles by linear interpolation between order statistics. Sorts in place. */
export function quartilesOf(values: Float64Array): Quartiles {
  values.sort();
  const at = (share: number): number => {
    const place = share * (values.length - 1);
    const low = Math.floor(place);
    const below = values[low] ?? NaN;
    const above = values[Math.min(low + 1, values.length - 1)] ?? NaN;
    return below + (above - below) * (place - low);
  };
  return { median: at(0.5), q1: at(0.25), q3: at(0.75) };
}
