// Whether the open session is in its file: the order of its writes, a write that fails and is tried again, a file that was moved or removed.
// Independent of what is written.
import { AppFailure, unwrap, type AppError } from '../../engine/core/result.ts';
import { english, type Message, say } from '../../engine/core/say.ts';
import type { SessionStore } from '../../session/store.ts';
import { unsaved } from './keeper-words.ts';
import { WriteQueue, type WriteState } from './write-queue.ts';

/** How often a write that failed is tried again. */
const retryMs = 5000;
/** How soon a removed file is noticed, even if nothing is written. */
const lookMs = 1000;

export class Saving {
  readonly #store: SessionStore;
  readonly #queue: WriteQueue;
  readonly #timers: NodeJS.Timeout[];
  /** Called when whether everything is saved has changed. */
  readonly #onChange: () => void;
  #shownState: WriteState = 'saved';
  #onFailure: (error: AppError) => void = () => undefined;

  constructor(store: SessionStore, onChange: () => void) {
    this.#store = store;
    this.#onChange = onChange;
    this.#queue = new WriteQueue((state) => this.#saved(state));
    this.#timers = [setInterval(() => this.retry(), retryMs), setInterval(() => void this.#look(), lookMs)];
  }

  get state(): WriteState {
    return this.#queue.state;
  }

  /** Writes that wait. */
  get backlog(): number {
    return this.#queue.length;
  }

  get failure(): AppError | null {
    const { state } = this.#queue;
    return typeof state === 'object' ? state.failed : null;
  }

  /** Called once each time a write fails for a new reason. */
  onFailure(listener: (error: AppError) => void): void {
    this.#onFailure = listener;
  }

  push(what: Message, write: () => Promise<void>): void {
    if (this.#store.readOnly) return;
    this.#queue.push({ what, write });
  }

  /** In order among the writes: done, or refused. `ahead` = also while a write has failed, since it is needed then. */
  perform<T>(what: Message, work: () => Promise<T>, ahead = false): Promise<T> {
    return this.#queue.perform(what, work, ahead);
  }

  /** Resolves when everything so far is on disk or a write has failed. */
  settled(): Promise<void> {
    return this.#queue.idle();
  }

  /** Like `settled`, rejecting with the failure. */
  async needSaved(): Promise<void> {
    await this.settled();
    if (this.failure !== null) throw new AppFailure(this.failure);
  }

  retry(): void {
    if (this.failure !== null) this.#queue.retry();
  }

  /** Retries the failed write. Rejects with AppFailure `unsaved` while anything is not in the file. */
  async needNothingUnsaved(): Promise<void> {
    this.retry();
    await this.settled();
    if (this.failure !== null) throw unsaved(this.#store.path, this.#queue.length, this.failure);
  }

  end(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** A file that was moved or removed is a failed write like any other: it stops the race, is reported once, and is retried. */
  async #look(): Promise<void> {
    if (this.#store.readOnly || this.#queue.state !== 'saved') return;
    const found = await this.#store.verify();
    if (!found.ok && found.error.code === 'not-found')
      this.push(say`the session`, async () => void unwrap(await this.#store.verify()));
  }

  #saved(state: WriteState): void {
    if (state === 'saving') return;
    const before = this.#shownState;
    this.#shownState = state;
    if (typeof state === 'object') {
      const isNew = typeof before !== 'object' || english(before.failed.message) !== english(state.failed.message);
      if (!isNew) return;
      this.#onChange();
      this.#onFailure(state.failed);
    } else if (typeof before === 'object') {
      this.#onChange();
    }
  }
}
