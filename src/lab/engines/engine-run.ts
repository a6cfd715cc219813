// The engine of one run: answers as promises, everything else as callbacks. Independent of the schedule and sessions.
import { AppFailure, type AppError } from '../../engine/core/result.ts';
import { type Message, say } from '../../engine/core/say.ts';
import type { RunFacts } from '../../engine/spec/metrics.ts';
import { Correlator } from '../../protocol/correlator.ts';
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
  readonly #questions = new Correlator();
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
    return !this.#ready || this.#granted || this.#questions.waiting > 0;
  }

  send(message: Extract<ToEngine, { readonly type: 'prepare' | 'grant' | 'yield' | 'learning-rate' }>): void {
    if (message.type === 'grant') this.#granted = true;
    this.#link.send(message);
  }

  /** A checkpoint of the current state. The listener also gets it and stores it. */
  save(kind: 'latest' | 'kept' = 'latest'): Promise<CheckpointData> {
    return this.#questions.ask((id) => this.#link.send({ type: 'checkpoint', id, kind }));
  }

  sample(sampling: Sampling): Promise<Sampled> {
    return this.#questions.ask((id) => this.#link.send({ type: 'sample', id, ...sampling }));
  }

  /** Rejects, naming the tensor, when the weights do not fit; then nothing has changed. */
  async loadWeights(bytes: Uint8Array): Promise<void> {
    await this.#questions.ask((id) => this.#link.send({ type: 'load-weights', id, bytes }));
    await this.save();
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
        return this.#questions.answer(message.id, message.data);
      case 'loaded':
      case 'sampled':
        return this.#questions.answer(message.id, message);
      case 'shown':
        return listener.shown?.(message);
      case 'refused':
        return this.#questions.refuse(message.id, new AppFailure(message.error));
      case 'heartbeat':
        return listener.heartbeat(message);
      case 'failed':
        this.#questions.refuseAll(new AppFailure(message.error));
        return listener.failed(message.error);
      default:
        return message satisfies never;
    }
  }

  #ended(reason: Message): void {
    const failure = new AppFailure({ code: 'engine-died', message: say`engine: the process is gone: ${reason}` });
    this.#questions.end(failure);
    this.#gone();
    if (!this.#leaving) this.#listener.lost(reason);
  }
}

const slowStepMs = ({ flopsPerToken, tokensPerStep }: RunFacts): number =>
  (1000 * flopsPerToken * tokensPerStep) / slowestFlops;
