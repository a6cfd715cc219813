// Sleeps before it asks a GPU for results: Dawn burns a core as long as a promise is pending. Knows no buffer and no program.
import { setTimeout as sleep } from 'node:timers/promises';

/** Below this a timer is too coarse: it is better to ask at once. */
const SHORT_MILLISECONDS = 3;
/** A wait that ends sooner than this after the question had nothing left to wait for. */
const AT_ONCE_MILLISECONDS = 0.3;

/** Learns how long the work before a question takes, by the kind of the work. */
export class Patience {
  readonly #expected = new Map<string, number>();

  /** Sleeps for most of what `kind` took lately (counted from `since`), then asks. */
  async wait<T>(kind: string, since: number, ask: () => Promise<T>): Promise<T> {
    const expected = this.#expected.get(kind) ?? 0;
    const rest = 0.9 * expected - (performance.now() - since) - 1;
    const slept = rest >= SHORT_MILLISECONDS;
    if (slept) await sleep(rest);
    const asked = performance.now();
    const answer = await ask();
    const done = performance.now();
    const overslept = slept && done - asked < AT_ONCE_MILLISECONDS;
    this.#expected.set(kind, overslept ? expected * 0.8 : done - since);
    return answer;
  }
}
