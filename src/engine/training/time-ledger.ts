// The clock of a run with phases: every moment belongs to exactly one part, so the parts always sum to the time that has passed.
// Entering a phase allocates nothing.
import { noTime, timeParts, type TimeAccount, type TimePart, type TimePhase } from '../spec/time-account.ts';
import { now } from './timing.ts';

const indexOf = Object.fromEntries(timeParts.map((part, i) => [part, i])) as Readonly<Record<TimePart, number>>;

export class TimeLedger {
  readonly #seconds = new Float64Array(timeParts.length);
  readonly #disturbedBefore: number;
  readonly #clock: () => number;
  #phase: TimePhase = 'preparation';
  #since: number;

  /** Continues from `before`; preparation has been running since `since`. */
  constructor(before: TimeAccount, since: number, clock: () => number = now) {
    for (const part of timeParts) this.#seconds[indexOf[part]] = before[part];
    this.#disturbedBefore = before.disturbed;
    this.#since = since;
    this.#clock = clock;
  }

  /** From now on time counts as `part`; returns the previous part, to switch back to. */
  enter(part: TimePhase): TimePhase {
    const at = this.#clock();
    const before = this.#phase;
    this.#add(before, at - this.#since);
    this.#since = at;
    this.#phase = part;
    return before;
  }

  /** Does `work` and counts its time as a part. */
  async during<T>(part: TimePhase, work: () => Promise<T>): Promise<T> {
    const before = this.enter(part);
    try {
      return await work();
    } finally {
      this.enter(before);
    }
  }

  /** Moves `seconds` of the current phase to `part`. */
  move(seconds: number, part: TimePhase): void {
    this.#add(this.#phase, -seconds);
    this.#add(part, seconds);
  }

  /** Up to now; `disturbed` = seconds of this process's training that something else took. */
  read(disturbed: number): TimeAccount {
    this.enter(this.#phase);
    const all = Object.fromEntries(timeParts.map((part, i) => [part, this.#seconds[i]])) as Record<TimePart, number>;
    return { ...all, training: all.training - disturbed, disturbed: this.#disturbedBefore + disturbed };
  }

  #add(part: TimePart, seconds: number): void {
    const at = indexOf[part];
    this.#seconds[at] = (this.#seconds[at] ?? 0) + seconds;
  }
}

/** The account of a run when its engine starts: null if an older version trained it, which kept none. */
export function accountBefore(
  cursor: { readonly step: number; readonly time?: TimeAccount },
  waited: number,
): TimeAccount | null {
  const before = cursor.time ?? (cursor.step === 0 ? noTime : null);
  return before === null ? null : { ...before, waiting: before.waiting + waited };
}
