// The engine process without its process: protocol/engine.ts on one side, a TrainingRun on the other. Uses the CPU only between `grant` and
// its answer (and while preparing or sampling, which the lab schedules as well). Independent of sessions and front ends.
import { AppFailure, asAppError, type AppError, type Result } from '../engine/core/result.ts';
import { asIs, type Message, say } from '../engine/core/say.ts';
import { wordsOf } from '../engine/core/system-words.ts';
import type { TaskData } from '../engine/data/labelled.ts';
import type { Device } from '../engine/device/device.ts';
import { usualDevice } from '../engine/device/registry.ts';
import type { EnvironmentStamp } from '../engine/spec/catalogue.ts';
import { checkField } from '../engine/spec/field-check.ts';
import { learningRate } from '../engine/spec/limits.ts';
import type { RunSpec } from '../engine/spec/run-spec.ts';
import type { MetricColumns } from '../engine/spec/metrics.ts';
import { Breath } from '../engine/training/breathe.ts';
import type { Reader, Written } from '../engine/training/reader.ts';
import type { PrepareReader, PrepareRun, TrainingListener, TrainingRun } from '../engine/training/training-run.ts';
import type { ChosenDevice, DataHandle, FromEngine, ToEngine } from '../protocol/engine.ts';
import { stillWorks } from './device-choice.ts';
import type { TrainingCursor } from '../engine/spec/training-cursor.ts';

type Asked<T extends ToEngine['type']> = Extract<ToEngine, { type: T }>;
type Prepare = Asked<'prepare'>;
type Grant = Asked<'grant'>;
type Sample = Asked<'sample'>;

export interface HostSetup {
  readonly send: (message: FromEngine) => void;
  readonly prepareRun: PrepareRun;
  readonly prepareReader: PrepareReader;
  /** Opens the data set of a run from its file. */
  readonly openData: (handle: DataHandle) => Promise<Result<TaskData>>;
  readonly chooseDevice: (kind: string) => Promise<Result<Device>>;
  /** Settles `auto` for a run by measuring; null = nothing could be measured. */
  readonly measureDevices: (
    spec: RunSpec,
    data: TaskData | null,
    devices: readonly string[] | null,
  ) => Promise<ChosenDevice | null>;
  readonly peakBytes: () => number;
  /** Words on shared memory that count up while the prepared run computes. */
  readonly onSigns: (words: readonly Int32Array[]) => void;
  /** Description of the machine for the environment stamp. */
  readonly machine: Pick<EnvironmentStamp, 'node' | 'platform' | 'cpu'>;
  readonly exit: () => void;
  /** Seconds on this process's clock when it was started; preparing a run begins there. */
  readonly begun: number;
}

const asError = (error: unknown): AppError => {
  if (error instanceof AppFailure) return error.appError;
  const message = wordsOf(error);
  const memory = /allocat|out of memory|invalid (typed )?array length/i.test(message);
  return memory
    ? {
        code: 'out-of-memory',
        message: say`engine: the memory does not suffice (${asIs(message)})`,
        cure: say`Choose a smaller model, batch or length.`,
      }
    : asAppError(error, 'engine');
};

/** Messages take effect in order; only `yield` and `exit` are handled during a slice. */
export class EngineHost {
  readonly #setup: HostSetup;
  #run: TrainingRun | null = null;
  /** Used instead of a run when checkpoints are only read. */
  #reader: Reader | null = null;
  #queue: Promise<void> = Promise.resolve();
  #yielding = false;
  #leaving = false;
  #started = '';

  constructor(setup: HostSetup) {
    this.#setup = setup;
  }

  receive(message: ToEngine): void {
    if (message.type === 'yield') {
      this.#yielding = true;
      return;
    }
    if (message.type === 'exit') {
      this.#yielding = true;
      this.#leaving = true;
    }
    // A yield sent before a grant must not end that grant.
    this.#queue = this.#queue
      .then(() => this.#handle(message))
      .catch((error: unknown) => this.#setup.send({ type: 'failed', error: asError(error) }));
  }

  heartbeat(): void {
    this.#setup.send({ type: 'heartbeat', peakBytes: this.#setup.peakBytes() });
  }

  async #handle(message: Exclude<ToEngine, { type: 'yield' }>): Promise<void> {
    switch (message.type) {
      case 'prepare':
        return this.#prepare(message);
      case 'grant':
        return this.#grant(message);
      case 'learning-rate':
        return this.#setRate(message.value);
      case 'checkpoint':
        return this.#checkpoint(message);
      case 'load-weights':
        return this.#loadWeights(message);
      case 'sample':
        return this.#sample(message);
      case 'exit':
        await this.#run?.dispose();
        await this.#reader?.dispose();
        return this.#setup.exit();
      default:
        return message satisfies never;
    }
  }

  async #prepare(message: Prepare): Promise<void> {
    const { send } = this.#setup;
    const opened = message.data === null ? null : await this.#setup.openData(message.data);
    if (opened?.ok === false) return send({ type: 'failed', error: opened.error });
    const data = opened?.value ?? null;
    if (message.reads === true) return this.#prepareReader(message, data);
    const chosen = await this.#settle(message, data);
    const spec = chosen === null ? message.spec : { ...message.spec, device: chosen.device };
    const device = await this.#setup.chooseDevice(spec.device.kind);
    if (!device.ok) return send({ type: 'failed', error: device.error });
    this.#started = new Date().toISOString();
    const prepared = await this.#setup.prepareRun({
      spec,
      data,
      device: device.value,
      listener: this.#listener(message.shows),
      resume: message.resume,
      begun: this.#setup.begun,
      ...(message.waited === undefined ? {} : { waited: message.waited }),
    });
    if (!prepared.ok) return send({ type: 'failed', error: prepared.error });
    const run = prepared.value;
    this.#run = run;
    const environment = this.#environment(message, run, chosen?.reason ?? null);
    const { facts, compileSeconds } = run;
    this.#setup.onSigns([...run.signs.steps, ...run.signs.ops]);
    const signs = run.signs.ops.length > 0 ? 'ops' : 'steps';
    send({ type: 'ready', facts, environment, cursor: run.cursor(), compileSeconds, signs, chosen });
  }

  /** Numbers are read by whatever the run was trained on, or by the usual device: measuring devices would take longer than reading. */
  async #prepareReader({ spec, chosen }: Prepare, data: TaskData | null): Promise<void> {
    const { send, chooseDevice, prepareReader } = this.#setup;
    const works =
      chosen !== null && (await stillWorks(chosen.device)) ? chosen.device : { kind: usualDevice, threads: 0 };
    const device = await chooseDevice(spec.device.kind === 'auto' ? works.kind : spec.device.kind);
    if (!device.ok) return send({ type: 'failed', error: device.error });
    const settled = spec.device.kind === 'auto' ? { ...spec, device: works } : spec;
    const reader = await prepareReader({ spec: settled, data, device: device.value });
    if (!reader.ok) return send({ type: 'failed', error: reader.error });
    this.#reader = reader.value;
    send({ type: 'reading' });
  }

  /** The device that `auto` stands for in this run: remembered by the lab, else measured; null when a device was named. */
  async #settle({ spec, chosen, devices }: Prepare, data: TaskData | null): Promise<ChosenDevice | null> {
    if (spec.device.kind !== 'auto') return null;
    if (chosen !== null && (await stillWorks(chosen.device))) return chosen;
    return this.#setup.measureDevices(spec, data, devices);
  }

  #environment(message: Prepare, run: TrainingRun, reason: Message | null): EnvironmentStamp {
    return {
      version: message.version,
      commit: message.commit,
      ...this.#setup.machine,
      device: run.device,
      module: run.module,
      threads: run.threads,
      reason,
      exclusive: message.exclusive,
      started: this.#started,
    };
  }

  async #grant({ seconds, steps }: Grant): Promise<void> {
    const run = this.#need('grant');
    this.#yielding = this.#leaving;
    if (this.#leaving) return;
    const begun = performance.now();
    const { outcome, problem } = await run.slice({ seconds, steps }, () => this.#yielding);
    const taken = (performance.now() - begun) / 1000;
    this.#progress();
    this.#setup.send({ type: 'slice', cursor: run.cursor(), seconds: taken, outcome, problem });
  }

  /** A rate that the form would refuse is refused here too. */
  #setRate(value: number): void {
    const message = checkField(learningRate, value);
    if (message !== null)
      return this.#setup.send({
        type: 'refused',
        id: null,
        error: { code: 'bad-input', message, field: 'learningRate' },
      });
    this.#need('learning-rate').setLearningRate(value);
    this.#progress();
  }

  async #checkpoint({ id, kind }: Asked<'checkpoint'>): Promise<void> {
    const run = this.#need('checkpoint');
    this.#setup.send({ type: 'checkpoint', id, data: { kind, cursor: run.cursor(), bytes: await run.save() } });
  }

  async #loadWeights({ id, bytes }: Asked<'load-weights'>): Promise<void> {
    const loaded = await this.#need('load-weights').loadWeights(bytes);
    this.#setup.send(loaded.ok ? { type: 'loaded', id } : { type: 'refused', id, error: loaded.error });
  }

  async #sample(message: Sample): Promise<void> {
    const { id } = message;
    const sampled = this.#reader === null ? await this.#sampleRun(message) : await read(this.#reader, message);
    const step = this.#run?.cursor().step ?? null;
    if (sampled.ok) this.#setup.send({ type: 'sampled', id, ...sampled.value, step });
    else this.#setup.send({ type: 'refused', id, error: sampled.error });
  }

  #sampleRun({ prompt, length, temperature, seed, checkpoint }: Sample): Promise<Result<Written>> {
    return this.#need('sample').sample({ prompt, length, temperature, seed }, checkpoint);
  }

  #need(who: string): TrainingRun {
    if (this.#run === null) throw new Error(`${who}: a run must be prepared first`);
    return this.#run;
  }

  #listener(shows: boolean): TrainingListener {
    return {
      metrics: (columns) => {
        this.#setup.send({ type: 'metrics', columns: [...columns, ...this.#memoryPoint(columns)] });
        this.#progress();
      },
      checkpoint: (kind: 'latest' | 'best' | 'kept', cursor: TrainingCursor, bytes: Uint8Array) =>
        this.#setup.send({ type: 'checkpoint', id: null, data: { kind, cursor, bytes } }),
      ...(shows ? { shown: (step, shown) => this.#setup.send({ type: 'shown', step, shown }) } : {}),
    };
  }

  /** The memory curve gets a point at every step at which another curve has one. */
  #memoryPoint(columns: readonly MetricColumns[]): MetricColumns[] {
    const [longest] = columns.toSorted((a, b) => (b.step.at(-1) ?? -1) - (a.step.at(-1) ?? -1));
    const [step, active, wall] = [longest?.step.at(-1), longest?.active.at(-1), longest?.wall.at(-1)];
    if (step === undefined || active === undefined || wall === undefined) return [];
    return [
      { metric: 'memory/process-peak', step: [step], active: [active], wall: [wall], value: [this.#setup.peakBytes()] },
    ];
  }

  #progress(): void {
    const run = this.#run;
    if (run === null) return;
    this.#setup.send({
      type: 'progress',
      cursor: run.cursor(),
      stepSeconds: run.stepSeconds(),
      warmupSeconds: run.warmupSeconds(),
      peakBytes: this.#setup.peakBytes(),
      learningRate: run.learningRate(),
      secondsLeft: run.secondsLeft(),
      growth: run.growth(),
      progress: run.progress(),
    });
  }
}

async function read(
  reader: Reader,
  { prompt, length, temperature, seed, checkpoint }: Sample,
): Promise<Result<Written>> {
  if (checkpoint === null) throw new Error('sample: a reader must be given a checkpoint');
  const loaded = reader.load(checkpoint);
  const breath = new Breath();
  return loaded.ok ? reader.write({ prompt, length, temperature, seed }, () => breath.take()) : loaded;
}
