// One run's engine: its messages as promises and callbacks, whatever order they come in. Knows no schedule and no session.
import { AppFailure, type AppError } from '../engine/core/result.ts';
import type { CheckpointData, FromEngine, ToEngine } from '../protocol/engine.ts';
import type { EngineLink, LinkOptions } from './engine-link.ts';

type Of<T extends FromEngine['type']> = Extract<FromEngine, { readonly type: T }>;
type Sampling = Omit<Extract<ToEngine, { readonly type: 'sample' }>, 'type' | 'id'>;

/** Everything that comes without having been asked for. */
export interface EngineListener {
  ready(message: Of<'ready'>): void;
  slice(message: Of<'slice'>): void;
  progress(message: Of<'progress'>): void;
  metrics(message: Of<'metrics'>): void;
  checkpoint(data: CheckpointData): void;
  heartbeat(message: Of<'heartbeat'>): void;
  /** The run cannot go on; the process is still there. */
  failed(error: AppError): void;
  /** The process is gone without having been asked to go. */
  lost(reason: string): void;
}

interface Question<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (failure: AppFailure) => void;
}

/** Building and compiling says nothing for a while, nor does one training step, whose length is only known after ten of them. */
const patienceMs = { building: 600_000, training: 60_000 };
/** A process that was asked to end and has not is ended after this long. */
const exitMs = 3000;

export class EngineRun {
  readonly #link: EngineLink;
  readonly #listener: EngineListener;
  readonly #saves: Question<CheckpointData>[] = [];
  readonly #samples = new Map<number, Question<{ readonly text: string; readonly step: number }>>();
  #load: Question<null> | null = null;
  #lastSample = 0;
  #patience = patienceMs.building;
  #leaving = false;
  #gone: () => void = () => undefined;
  readonly gone: Promise<void>;

  constructor(start: (options: LinkOptions) => EngineLink, listener: EngineListener) {
    this.gone = new Promise((resolve) => (this.#gone = resolve));
    this.#listener = listener;
    this.#link = start({ patience: () => this.#patience });
    this.#link.onMessage((message) => this.#receive(message));
    this.#link.onEnd((reason) => this.#ended(reason));
  }

  get pid(): number | undefined {
    return this.#link.pid;
  }

  send(message: Extract<ToEngine, { readonly type: 'prepare' | 'grant' | 'yield' | 'learning-rate' }>): void {
    this.#link.send(message);
  }

  /** A checkpoint of now. It reaches the listener as well, which stores it. */
  save(kind: 'latest' | 'kept' = 'latest'): Promise<CheckpointData> {
    return new Promise((resolve, reject) => {
      this.#saves.push({ resolve, reject });
      this.#link.send({ type: 'checkpoint', kind });
    });
  }

  sample(sampling: Sampling): Promise<{ readonly text: string; readonly step: number }> {
    const id = ++this.#lastSample;
    return new Promise((resolve, reject) => {
      this.#samples.set(id, { resolve, reject });
      this.#link.send({ type: 'sample', id, ...sampling });
    });
  }

  /** Rejects, naming the tensor, when the weights do not fit; then nothing has changed. */
  async loadWeights(bytes: Uint8Array): Promise<void> {
    const refused = new Promise<null>((resolve, reject) => (this.#load = { resolve, reject }));
    this.#link.send({ type: 'load-weights', bytes });
    // The checkpoint that follows is only sent once the weights are in place or refused.
    const saved = this.save();
    for (const answer of [refused, saved]) answer.catch(() => undefined);
    await Promise.race([refused, saved]);
    await saved;
    this.#load = null;
  }

  /** Asks the process to end, by force if it does not. Resolves when it is gone. */
  async exit(): Promise<void> {
    this.#leaving = true;
    this.#link.send({ type: 'exit' });
    const force = setTimeout(() => this.#link.kill(), exitMs);
    await this.gone;
    clearTimeout(force);
  }

  /** Ends the process at once, without a word to the listener. */
  async kill(): Promise<void> {
    this.#leaving = true;
    this.#link.kill();
    await this.gone;
  }

  #receive(message: FromEngine): void {
    const listener = this.#listener;
    switch (message.type) {
      case 'ready':
        this.#patience = patienceMs.training;
        return listener.ready(message);
      case 'slice':
        return listener.slice(message);
      case 'progress':
        if (message.stepSeconds) this.#patience = Math.max(15_000, 30_000 * message.stepSeconds.q3);
        return listener.progress(message);
      case 'metrics':
        return listener.metrics(message);
      case 'checkpoint':
        listener.checkpoint(message.data);
        // Checkpoints the run makes on its own come before the answer and are just as good: the newest state is in both.
        return message.data.kind === 'best' ? undefined : this.#saves.shift()?.resolve(message.data);
      case 'sampled':
        return this.#answerSample(message.id, (question) =>
          question.resolve({ text: message.text, step: message.step }),
        );
      case 'refused':
        return this.#refused(message);
      case 'heartbeat':
        return listener.heartbeat(message);
      case 'failed':
        this.#rejectAll(new AppFailure(message.error));
        return listener.failed(message.error);
      default:
        return message satisfies never;
    }
  }

  #refused({ id, error }: Of<'refused'>): void {
    const failure = new AppFailure(error);
    if (id === null) this.#load?.reject(failure);
    else this.#answerSample(id, (question) => question.reject(failure));
  }

  #answerSample(
    id: number,
    answer: (question: Question<{ readonly text: string; readonly step: number }>) => void,
  ): void {
    const question = this.#samples.get(id);
    this.#samples.delete(id);
    if (question) answer(question);
  }

  #ended(reason: string): void {
    const failure = new AppFailure({ code: 'engine-died', message: `engine: the process is gone: ${reason}` });
    this.#rejectAll(failure);
    this.#gone();
    if (!this.#leaving) this.#listener.lost(reason);
  }

  /** Nothing that was asked will be answered any more. */
  #rejectAll(failure: AppFailure): void {
    for (const question of [...this.#saves.splice(0), ...this.#samples.values()]) question.reject(failure);
    this.#samples.clear();
    this.#load?.reject(failure);
  }
}
