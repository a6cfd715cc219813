// Time during which this process was running. A sleeping machine, a stopped process or a debugger must not cause timeouts: such a gap
// counts as one tick, and pending messages are read before a decision. Independent of the system clock.

/** Adds up time between looks; a look that comes late counts for `most` milliseconds at most. */
export class AwakeTime {
  readonly #most: number;
  #last: number;

  constructor(most: number, now: number) {
    this.#most = most;
    this.#last = now;
  }

  /** Milliseconds that count since the last look. */
  look(now: number): number {
    const passed = Math.min(Math.max(0, now - this.#last), this.#most);
    this.#last = now;
    return passed;
  }
}

/** Calls `late` when this process was awake for `ms` milliseconds, after pending messages were read. Returns a function that cancels it. */
export function afterAwake(ms: number, late: () => void): () => void {
  const tick = Math.min(1000, Math.max(10, ms / 4));
  const time = new AwakeTime(2 * tick, performance.now());
  let [left, off] = [ms, false];
  const timer = setInterval(() => {
    left -= time.look(performance.now());
    if (left > 0) return;
    clearInterval(timer);
    setImmediate(() => {
      if (!off) late();
    });
  }, tick);
  return () => {
    off = true;
    clearInterval(timer);
  };
}
