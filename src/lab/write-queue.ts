// Writes to the session file one after the other, in the order they were made. When one fails (a full disk) it stays first in line
// and nothing behind it is written, so that trying again loses nothing and leaves no hole. Knows no session.
import { asAppError, type AppError } from '../engine/core/result.ts';

export type WriteState = 'saved' | 'saving' | { readonly failed: AppError };

export interface QueuedWrite {
  /** For the message when it fails. */
  readonly what: string;
  readonly write: () => Promise<void>;
  /** Called when it is written and out of the queue. */
  readonly done?: () => void;
}

export class WriteQueue {
  readonly #onState: (state: WriteState) => void;
  readonly #waiting: QueuedWrite[] = [];
  readonly #settled = new Set<() => void>();
  #busy = false;
  #failure: AppError | null = null;

  constructor(onState: (state: WriteState) => void) {
    this.#onState = onState;
  }

  get state(): WriteState {
    if (this.#failure !== null) return { failed: this.#failure };
    return this.#waiting.length > 0 ? 'saving' : 'saved';
  }

  get length(): number {
    return this.#waiting.length;
  }

  push(write: QueuedWrite): void {
    this.#waiting.push(write);
    if (this.#failure === null && !this.#busy) void this.#drain();
  }

  /** After a failure: tries the first in line again. */
  retry(): void {
    this.#failure = null;
    if (!this.#busy) void this.#drain();
  }

  /** Resolves when everything pushed so far is written, or a write has failed. */
  idle(): Promise<void> {
    if (this.state !== 'saving') return Promise.resolve();
    return new Promise((resolve) => {
      this.#settled.add(resolve);
      this.#waiting.push({ what: 'nothing', write: () => Promise.resolve(), done: resolve });
    });
  }

  #release(resolves: Iterable<() => void>): void {
    for (const resolve of [...resolves]) {
      this.#settled.delete(resolve);
      resolve();
    }
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    this.#onState('saving');
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      try {
        await first.write();
        this.#waiting.shift();
        if (first.done) this.#release([first.done]);
      } catch (error) {
        this.#failure = asAppError(error, `session: ${first.what} could not be written`);
        break;
      }
    }
    this.#busy = false;
    this.#onState(this.state);
    this.#release(this.#settled);
  }
}
