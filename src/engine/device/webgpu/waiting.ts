// Sleeps before it asks a GPU for results, and while it compiles, because Dawn keeps a core busy while a promise is pending. Independent of buffers
// and programs.
import { setTimeout as sleep } from 'node:timers/promises';

/** Below this a timer is too coarse, so it asks at once. */
const SHORT_MILLISECONDS = 3;
/** A wait that ends sooner than this had nothing left to wait for. */
const AT_ONCE_MILLISECONDS = 0.3;

/** When a query was made, and whether it slept before. */
export interface Asked {
  readonly at: number;
  readonly slept: boolean;
}

/** Learns how long the work before a query takes, by kind of work. */
export class Patience {
  readonly #expected = new Map<string, number>();

  /** Sleeps for most of the time that `kind` took recently, counted from `since`. */
  async rest(kind: string, since: number): Promise<Asked> {
    const left = 0.9 * (this.#expected.get(kind) ?? 0) - (performance.now() - since) - 1;
    const slept = left >= SHORT_MILLISECONDS;
    if (slept) await sleep(left);
    return { at: performance.now(), slept };
  }

  /** The work that began at `since` is done now. */
  learn(kind: string, since: number, { at, slept }: Asked): void {
    const done = performance.now();
    const overslept = slept && done - at < AT_ONCE_MILLISECONDS;
    this.#expected.set(kind, overslept ? (this.#expected.get(kind) ?? 0) * 0.8 : done - since);
  }

  /** Sleeps, asks, and updates the estimate. */
  async wait<T>(kind: string, since: number, ask: () => Promise<T>): Promise<T> {
    const asked = await this.rest(kind, since);
    const answer = await ask();
    this.learn(kind, since, asked);
    return answer;
  }
}

/** Between two looks of Dawn at its own work. */
const LOOK_MILLISECONDS = 1;
const cell = new Int32Array(new SharedArrayBuffer(4));
let calm = 0;

/** Dawn looks for news at each turn of the event loop while a promise of it is pending: a rest at each turn leaves the processor to its threads. */
function rest(): void {
  if (calm === 0) return;
  Atomics.wait(cell, 0, 0, LOOK_MILLISECONDS);
  setImmediate(rest);
}

/** `work`, which takes long and waits for Dawn: compiling, which was twice as fast so on two cores. */
export async function calmly<T>(work: () => Promise<T>): Promise<T> {
  calm += 1;
  if (calm === 1) setImmediate(rest);
  try {
    return await work();
  } finally {
    calm -= 1;
  }
}
