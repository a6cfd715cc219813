// Sleeps before it asks a GPU for results: Dawn burns a core as long as a promise is pending. Knows no buffer and no program.
import { setTimeout as sleep } from 'node:timers/promises';

/** Below this a timer is too coarse: it is better to ask at once. */
const SHORT_MILLISECONDS = 3;
/** A wait that ends sooner than this after the question had nothing left to wait for. */
const AT_ONCE_MILLISECONDS = 0.3;

/** When a question was asked, and whether a sleep came before. */
export interface Asked {
  readonly at: number;
  readonly slept: boolean;
}

/** Learns how long the work before a question takes, by the kind of the work. */
export class Patience {
  readonly #expected = new Map<string, number>();

  /** Sleeps for most of what `kind` took lately, counted from `since`. */
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

  /** Rests, asks, learns. */
  async wait<T>(kind: string, since: number, ask: () => Promise<T>): Promise<T> {
    const asked = await this.rest(kind, since);
    const answer = await ask();
    this.learn(kind, since, asked);
    return answer;
  }
}
