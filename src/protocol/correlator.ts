// Which answer belongs to which question, for every channel that asks: page and lab, lab and session thread, lab and engine. Knows nothing of what
// is asked, nor how it travels.
import { AppFailure, type AppError } from '../engine/core/result.ts';
import { deadline, type Deadline } from './deadline.ts';

/** What comes back. A defect of the program on the other side is an error with code `bug` and the stack of where it happened. */
export type Reply =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: AppError };

/** How long a question may take; `missed` says what is thrown then, and may do more, such as giving up the whole channel. */
interface Limit {
  readonly ms: number;
  readonly missed: () => Error;
}

interface Question {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly limit: Deadline | null;
}

/**
 * Each question is answered once: by its answer, by an error, by the end of its time or by the end of the channel, whichever comes first. Ids
 * ascend and are never used again, so an answer that comes late, twice or to nobody is dropped. A question that cannot be sent is rejected
 * with the reason. To cancel a question, refuse it.
 */
export class Correlator {
  readonly #waiting = new Map<number, Question>();
  readonly #onWaiting: (some: boolean) => void;
  #next = 1;
  #ended: Error | null = null;

  /** `onWaiting` hears when the first question waits and when none does. */
  constructor(onWaiting: (some: boolean) => void = () => undefined) {
    this.#onWaiting = onWaiting;
  }

  /** Number of questions without an answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** The answer, or a rejection. `send` gets the id that the answer must carry; after the end of the channel it is not called. */
  ask<T>(send: (id: number) => void, limit: Limit | null = null): Promise<T> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    const id = this.#next++;
    return new Promise<T>((resolve, reject) => {
      const clock = limit && deadline(limit.ms, () => this.refuse(id, limit.missed()));
      this.#waiting.set(id, { resolve, reject, limit: clock });
      if (this.#waiting.size === 1) this.#onWaiting(true);
      try {
        send(id);
      } catch (error) {
        this.refuse(id, error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  settle(reply: Reply): void {
    if ('error' in reply) this.refuse(reply.id, new AppFailure(reply.error));
    else this.answer(reply.id, reply.value);
  }

  /** `id` = null: to nobody, a message of its own accord. */
  answer(id: number | null, value: unknown): void {
    this.#take(id)?.resolve(value as never);
  }

  refuse(id: number | null, error: Error): void {
    this.#take(id)?.reject(error);
  }

  /** Rejects every question that waits; later ones can be asked. */
  refuseAll(error: Error): void {
    for (const id of [...this.#waiting.keys()]) this.refuse(id, error);
  }

  /** The channel is closed: rejects every question that waits, and all later ones. The first reason stays. */
  end(error: Error): void {
    this.#ended ??= error;
    this.refuseAll(this.#ended);
  }

  #take(id: number | null): Question | undefined {
    const question = id === null ? undefined : this.#waiting.get(id);
    if (id === null || question === undefined) return undefined;
    this.#waiting.delete(id);
    question.limit?.cancel();
    if (this.#waiting.size === 0) this.#onWaiting(false);
    return question;
  }
}
