// Runs that are submitted and not known to be done. Decides when to submit the next one: shortly before the current run ends, so that the
// device never waits for the host and has at most two runs. Independent of buffers and programs.
import { Patience, type Asked } from './waiting.ts';

/** Most submitted runs that may be unfinished, so that the queue stays short and a stop takes effect soon. */
export const MOST_IN_FLIGHT = 2;

interface Question {
  readonly asked: Asked;
  /** Runs that had been submitted at that time. */
  readonly runs: number;
  readonly answer: Promise<void>;
}

export class Flight {
  readonly #done: () => Promise<void>;
  readonly #patience = new Patience();
  /** The kind of each unfinished run, oldest first. */
  #runs: string[] = [];
  /** When the oldest began, in milliseconds: when it was submitted to an idle device, or when the one before it was done. */
  #since = 0;
  #question: Question | null = null;

  /** `done` resolves when all that is submitted when it is called is done. */
  constructor(done: () => Promise<void>) {
    this.#done = done;
  }

  get full(): boolean {
    return this.#runs.length >= MOST_IN_FLIGHT;
  }

  submitted(kind: string): void {
    if (this.#runs.length === 0) this.#since = performance.now();
    this.#runs.push(kind);
  }

  /** Everything submitted is done. */
  landed(): void {
    this.#runs = [];
    this.#question = null;
  }

  /** Resolves when another run should follow; null = now. */
  room(): Promise<void> | null {
    return this.#runs.length === 0 ? null : this.#nearEnd();
  }

  /** Resolves when everything submitted is done. */
  async all(): Promise<void> {
    if (this.#runs.length > 0) await this.until('', this.#done);
    this.landed();
  }

  /** Queries a result that is available when everything submitted is done; `kind` distinguishes such queries. */
  until<T>(kind: string, ask: () => Promise<T>): Promise<T> {
    const since = this.#runs.length > 0 ? this.#since : performance.now();
    return this.#patience.wait(`${kind} ${this.#runs.join()}`, since, ask);
  }

  /** Queries the running run before the next one is submitted; otherwise the answer would wait for both. */
  async #nearEnd(): Promise<void> {
    while (this.full) await this.#oldest();
    const [kind] = this.#runs;
    if (kind === undefined || this.#question) return;
    const asked = await this.#patience.rest(kind, this.#since);
    this.#question ??= { asked, runs: this.#runs.length, answer: this.#done() };
  }

  async #oldest(): Promise<void> {
    const question = this.#question ?? {
      asked: { at: performance.now(), slept: false },
      runs: this.#runs.length,
      answer: this.#done(),
    };
    this.#question = null;
    await question.answer;
    const [kind] = this.#runs;
    if (kind !== undefined && question.runs === 1) this.#patience.learn(kind, this.#since, question.asked);
    this.#runs = this.#runs.slice(question.runs);
    this.#since = performance.now();
  }
}
