// Time that passes between the turns of a race: messages, writes, processes that end. No run accounts for it, but a person waits for it.
// Independent of the schedule and engines.

/** Seconds of turns without loss assumed at the start, so that one slow turn does not dominate. */
const assumed = 2;
/** A longer gap is not a hand-over: something else used the machine. */
const most = 4;

export class HandOvers {
  readonly #clock: () => number;
  /** Since when each line of turns (one per machine, or in parallel one per run) has unaccounted time. */
  readonly #since = new Map<string, number>();
  #passed = 0;
  #accounted = 0;

  /** `clock` in milliseconds. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** The lines with a run that wants the machine: a pause does not count. */
  keep(lines: ReadonlySet<string>): void {
    for (const line of this.#since.keys()) if (!lines.has(line)) this.#since.delete(line);
  }

  /** A turn begins or something ends that no forecast holds, such as what a person asked for: from now on time counts. */
  from(line: string): void {
    this.#since.set(line, this.#clock());
  }

  /** A turn with this many seconds of work has ended. */
  turn(line: string, seconds: number): void {
    const since = this.#since.get(line);
    if (since !== undefined) {
      this.#passed += (this.#clock() - since) / 1000;
      this.#accounted += seconds;
    }
    this.from(line);
  }

  /** Seconds that pass for each second of work, so far. */
  get stretch(): number {
    return Math.min(most, Math.max(1, (this.#passed + assumed) / (this.#accounted + assumed)));
  }
}
