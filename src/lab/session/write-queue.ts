// Writes to the session file one after the other, in the order they were made. When one fails (a full disk) it stays at the front and
// nothing after it is written, so that a retry loses nothing and leaves no gap. Independent of sessions.
import { type Message, say } from '../../engine/core/say.ts';
import { AppFailure, asAppError, type AppError } from '../../engine/core/result.ts';

export type WriteState = 'saved' | 'saving' | { readonly failed: AppError };

export interface QueuedWrite {
  /** Used in the message when it fails. */
  readonly what: Message;
  readonly write: () => Promise<void>;
  /** Called when it is written and out of the queue. */
  readonly done?: () => void;
  /** Called when an earlier write fails; the entry then leaves the queue instead of waiting. */
  readonly refuse?: (failure: AppFailure) => void;
  /** Goes first when an earlier write fails, since it may solve the problem. */
  readonly ahead?: boolean;
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

  /**
   * Does `work` in order among the writes and returns its outcome; unlike a write it is neither kept nor retried. While a write has failed
   * it is refused with that failure, unless it may go `ahead` of the waiting one; the queue then retries.
   */
  perform<T>(what: Message, work: () => Promise<T>, ahead = false): Promise<T> {
    return new Promise((resolve, reject) => {
      const entry: QueuedWrite = { what, write: () => work().then(resolve, reject), refuse: reject, ahead };
      if (this.#failure === null) this.push(entry);
      else if (!ahead) reject(new AppFailure(this.#failure));
      else {
        this.#waiting.unshift(entry);
        this.retry();
      }
    });
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
      this.#waiting.push({ what: say`nothing`, write: () => Promise.resolve(), done: resolve });
    });
  }

  #release(resolves: Iterable<() => void>): void {
    for (const resolve of [...resolves]) {
      this.#settled.delete(resolve);
      resolve();
    }
  }

  /** Moves the next entry that may go ahead to the front; false if there is none. */
  #bringAhead(): boolean {
    const at = this.#waiting.findIndex((entry) => entry.ahead === true);
    if (at < 0) return false;
    this.#waiting.unshift(...this.#waiting.splice(at, 1));
    return true;
  }

  /** Requests fail as soon as the disk has failed, instead of waiting. */
  #refuse(failure: AppError): void {
    for (const entry of this.#waiting.filter((waiting) => waiting.refuse !== undefined)) {
      this.#waiting.splice(this.#waiting.indexOf(entry), 1);
      entry.refuse?.(new AppFailure(failure));
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
        if (this.#bringAhead()) continue;
        this.#failure = asAppError(error, say`session: ${first.what} could not be written`);
        this.#refuse(this.#failure);
        break;
      }
    }
    this.#busy = false;
    this.#onState(this.state);
    this.#release(this.#settled);
  }
}
