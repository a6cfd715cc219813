// The engine of one run: its messages as promises and callbacks, in whatever order they arrive. Independent of the schedule and sessions.
import { AppFailure, type AppError } from '../../engine/core/result.ts';
import { type Message, say } from '../../engine/core/say.ts';
import type { RunFacts } from '../../engine/spec/metrics.ts';
import type { CheckpointData, FromEngine, ToEngine } from '../../protocol/engine.ts';
import type { EngineLink, LinkOptions } from './engine-link.ts';

type Of<T extends FromEngine['type']> = Extract<FromEngine, { readonly type: T }>;
type Sampling = Omit<Extract<ToEngine, { readonly type: 'sample' }>, 'type' | 'id'>;
type Sampled = Omit<Of<'sampled'>, 'type' | 'id'>;

/** Messages that come without a request. */
export interface EngineListener {
  ready(message: Of<'ready'>): void;
  /** It is ready to read checkpoints; sent only by an engine that was asked to read. */
  reading?(): void;
  slice(message: Of<'slice'>): void;
  progress(message: Of<'progress'>): void;
  metrics(message: Of<'metrics'>): void;
  checkpoint(data: CheckpointData): void;
  /** Absent if nothing is to be shown. */
  shown?(message: Of<'shown'>): void;
  heartbeat(message: Of<'heartbeat'>): void;
  /** The run cannot continue; the process still exists. */
  failed(error: AppError): void;
  /** The process ended unexpectedly. */
  lost(reason: Message): void;
}

interface Question<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (failure: AppFailure) => void;
}

/**
 * Milliseconds. The pulse comes every second from the start of the process on. The limit without computed work depends on what is known: no
 * limit while a run is built; then how finely the engine counts and the size of a step, at one GFLOP/s, slower than any machine; then the
 * step time.
 */
const patienceMs = { pulse: 15_000, start: 600_000, building: 600_000, ops: 120_000, steps: 600_000, known: 30_000 };
const slowestFlops = 1e9;
/** A step may take this many times the measured time. */
const unusual = 30;
/** A process that does not end on request is killed after this long. */
const exitMs = 3000;

export class EngineRun {
  readonly #link: EngineLink;
  readonly #listener: EngineListener;
  readonly #saves: Question<CheckpointData>[] = [];
  readonly #samples = new Map<number, Question<Sampled>>();
  #load: Question<null> | null = null;
  #lastSample = 0;
  /** How long the engine may compute nothing while it has a request. */
  #idle = patienceMs.building;
  #silent = patienceMs.start;
  #ready = false;
  #granted = false;
  #leaving = false;
  #unheard = false;
  #gone: () => void = () => undefined;
  readonly gone: Promise<void>;

  constructor(start: (options: LinkOptions) => EngineLink, listener: EngineListener) {
    this.gone = new Promise((resolve) => (this.#gone = resolve));
    this.#listener = listener;
    this.#link = start({ patience: () => ({ silent: this.#silent, idle: this.#busy ? this.#idle : Infinity }) });
    this.#link.onMessage((message) => this.#receive(message));
    this.#link.onEnd((reason) => this.#ended(reason));
  }

  get pid(): number | undefined {
    return this.#link.pid;
  }

  /** It has an unfinished request. */
  get #busy(): boolean {
    return !this.#ready || this.#granted || this.#saves.length > 0 || this.#samples.size > 0;
  }

  send(message: Extract<ToEngine, { readonly type: 'prepare' | 'grant' | 'yield' | 'learning-rate' }>): void {
    if (message.type === 'grant') this.#granted = true;
    this.#link.send(message);
  }

  /** A checkpoint of the current state. The listener also gets it and stores it. */
  save(kind: 'latest' | 'kept' = 'latest'): Promise<CheckpointData> {
    return new Promise((resolve, reject) => {
      this.#saves.push({ resolve, reject });
      this.#link.send({ type: 'checkpoint', kind });
    });
  }

  sample(sampling: Sampling): Promise<Sampled> {
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

  /** Ends the process at once, without notifying the listener. */
  async kill(): Promise<void> {
    this.#leaving = true;
    this.#unheard = true;
    this.#link.kill();
    await this.gone;
  }

  #receive(message: FromEngine): void {
    // Messages that were under way when the process was killed arrive after its end.
    if (this.#unheard) return;
    const listener = this.#listener;
    this.#silent = patienceMs.pulse;
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        this.#idle = Math.max(patienceMs[message.signs], slowStepMs(message.facts));
        return listener.ready(message);
      case 'reading':
        this.#ready = true;
        this.#idle = patienceMs.steps;
        return listener.reading?.();
      case 'slice':
        this.#granted = false;
        return listener.slice(message);
      case 'progress':
        if (message.stepSeconds) this.#idle = Math.max(patienceMs.known, 1000 * unusual * message.stepSeconds.q3);
        return listener.progress(message);
      case 'metrics':
        return listener.metrics(message);
      case 'checkpoint':
        listener.checkpoint(message.data);
        // Checkpoints the run makes on its own come before the answer and are just as good: the newest state is in both.
        return message.data.kind === 'best' ? undefined : this.#saves.shift()?.resolve(message.data);
      case 'sampled':
        return this.#answerSample(message.id, (question) => question.resolve(message));
      case 'shown':
        return listener.shown?.(message);
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

  #answerSample(id: number, answer: (question: Question<Sampled>) => void): void {
    const question = this.#samples.get(id);
    this.#samples.delete(id);
    if (question) answer(question);
  }

  #ended(reason: Message): void {
    const failure = new AppFailure({ code: 'engine-died', message: say`engine: the process is gone: ${reason}` });
    this.#rejectAll(failure);
    this.#gone();
    if (!this.#leaving) this.#listener.lost(reason);
  }

  /** Pending requests will not be answered any more. */
  #rejectAll(failure: AppFailure): void {
    for (const question of [...this.#saves.splice(0), ...this.#samples.values()]) question.reject(failure);
    this.#samples.clear();
    this.#load?.reject(failure);
  }
}

const slowStepMs = ({ flopsPerToken, tokensPerStep }: RunFacts): number =>
  (1000 * flopsPerToken * tokensPerStep) / slowestFlops;
