// Yields to the event loop from time to time, so that heartbeats and messages are handled during a long calculation.

const LONGEST = 0.05;

/** Yields to the event loop when the last yield is more than 50 ms ago. */
export class Breath {
  #last = performance.now();
  /** Counts the calls of `take`, on shared memory: another thread sees that the calculation is progressing. */
  readonly taken = new Int32Array(new SharedArrayBuffer(4));

  /** Resolves at once most of the time. */
  async take(): Promise<void> {
    Atomics.add(this.taken, 0, 1);
    if (performance.now() - this.#last < LONGEST * 1000) return;
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    this.#last = performance.now();
  }
}
