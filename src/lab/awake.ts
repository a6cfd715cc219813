// Time as this process lived it. A machine that slept, a stopped process or a debugger must cost nobody anything: such a gap counts as one
// tick, and what came meanwhile is read before anything is decided. Clocks that people set have no part in it.

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

/** Calls `late` when this process was awake for `ms` milliseconds, after it has read what waited. Gives the way to call that off. */
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
