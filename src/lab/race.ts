// The race of one session: carries out what the schedule says with real engines and writes down what they answer. What a person may
// ask of it is in race-actions.ts. Knows no door and no file format.
import { AppFailure, type AppError } from '../engine/core/result.ts';
import type { RunSpec } from '../engine/spec/run-spec.ts';
import type { CheckpointData, FromEngine } from '../protocol/engine.ts';
import type { RunId } from '../protocol/lab.ts';
import type { StoredRun } from '../session/store.ts';
import type { DeviceChoices } from './device-choices.ts';
import type { EngineLink, LinkOptions } from './engine-link.ts';
import { EngineRun, type EngineListener } from './engine-run.ts';
import { secondsLeft } from './eta.ts';
import { engineGone, LostDevices } from './lost-devices.ts';
import type { LiveRun } from './run-states.ts';
import * as schedule from './scheduler.ts';
import type { ScheduleCommand, ScheduleState } from './scheduler.ts';
import type { SessionKeeper } from './session-keeper.ts';

export interface RaceSetup {
  readonly keeper: SessionKeeper;
  readonly startEngine: (options: LinkOptions) => EngineLink;
  /** Text of the run's dataset, verified; null when its task needs none. Rejects with AppFailure. */
  readonly textFor: (spec: RunSpec) => Promise<string | null>;
  readonly choices: DeviceChoices;
  readonly version: string;
  readonly commit: string | null;
  readonly onProblem: (error: AppError, run: RunId | null) => void;
  /** A run came to its end with these timings. */
  readonly onMeasured: (run: StoredRun) => void;
}

interface Racer {
  readonly engine: EngineRun;
  /** Step of the checkpoint it went on from, until its first slice: points after it are forgotten then. */
  rewindTo: number | null;
  /** Seconds it still needs when it has the machine to itself. */
  ownEta: number | null;
  grantedAt: number;
  /** Step of its newest `latest` checkpoint. */
  savedStep: number;
}

interface Errand {
  readonly work: (engine: EngineRun) => Promise<void>;
  readonly reject: (error: Error) => void;
}
type Slice = Extract<FromEngine, { readonly type: 'slice' }>;
type Progress = Extract<FromEngine, { readonly type: 'progress' }>;

/** Batches that may wait for the disk before the baton waits too. */
const longestBacklog = 64;

export class Race {
  readonly #setup: RaceSetup;
  readonly #racers = new Map<RunId, Racer>();
  readonly #errands = new Map<number, Errand>();
  readonly #lostDevices = new LostDevices();
  #state: ScheduleState;
  #lastErrand = 0;
  #closing = false;
  #idle: (() => void)[] = [];

  constructor(setup: RaceSetup, engines: number) {
    this.#setup = setup;
    this.#state = schedule.emptySchedule('race', 0.5, engines);
    setup.keeper.onFailure((error) => this.#hold(error));
  }

  get keeper(): SessionKeeper {
    return this.#setup.keeper;
  }

  /** Process id of a run's engine while it has one. */
  pidOf(run: RunId): number | undefined {
    return this.#racers.get(run)?.engine.pid;
  }

  configure(mode: ScheduleState['mode'], sliceSeconds: number): void {
    this.#state = { ...this.#state, mode, sliceSeconds };
  }

  lane(run: RunId): schedule.Lane | undefined {
    return schedule.laneOf(this.#state, run);
  }

  /** Lanes that want to train or are training. */
  underWay(): readonly RunId[] {
    return schedule.underWay(this.#state).map((lane) => lane.run);
  }

  /** Resolves when no run wants the machine any more. */
  idle(): Promise<void> {
    if (schedule.isQuiet(this.#state)) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Applies a change to the schedule and carries on. */
  change(change: (state: ScheduleState) => ScheduleState): void {
    this.#state = change(this.#state);
    this.#pump();
  }

  /** Does something in the engine of a lane when it has the baton. Rejects with the errand's own failure, or when the engine ends. */
  errand(run: RunId, work: (engine: EngineRun) => Promise<void>): Promise<void> {
    const id = ++this.#lastErrand;
    return new Promise((resolve, reject) => {
      this.#errands.set(id, { work: (engine) => work(engine).then(resolve, reject), reject });
      this.change((state) => schedule.addErrand(state, run, id));
    });
  }

  /** The lane and its engine go; the run stays as it is shown. */
  async release(run: RunId): Promise<void> {
    const racer = this.#racers.get(run);
    this.#racers.delete(run);
    this.#dropErrands(run);
    this.change((state) => schedule.leave(state, run));
    await racer?.engine.exit();
  }

  /** Like `release`, without waiting for what the engine is doing. */
  async abandon(run: RunId): Promise<void> {
    const racer = this.#racers.get(run);
    this.#racers.delete(run);
    this.#dropErrands(run);
    this.change((state) => schedule.leave(state, run));
    await racer?.engine.kill();
  }

  /** Ends the slice under way after its current step. */
  yield(run: RunId): void {
    this.#racers.get(run)?.engine.send({ type: 'yield' });
  }

  /** Saves what is under way and ends every engine, by force after `graceMs`. Runs keep their intent: opening again offers to go on. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    const all = [...this.#racers.values()].map((racer) => this.#leave(racer));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => (timer = setTimeout(resolve, graceMs)));
    await Promise.race([Promise.allSettled(all), late]);
    clearTimeout(timer);
    await Promise.all([...this.#racers.values()].map((racer) => racer.engine.kill()));
    this.#racers.clear();
  }

  async #leave(racer: Racer): Promise<void> {
    const { engine } = racer;
    engine.send({ type: 'yield' });
    if (racer.rewindTo === null) await engine.save();
    await engine.exit();
  }

  #pump(): void {
    if (this.#closing) return;
    if (this.keeper.failure === null && this.keeper.backlog > longestBacklog) {
      void this.keeper.settled().then(() => this.#pump());
      return;
    }
    for (const command of schedule.next(this.#state)) {
      this.#state = schedule.begin(this.#state, command);
      this.#carryOut(command);
    }
    if (!schedule.isQuiet(this.#state)) return;
    const idle = this.#idle;
    this.#idle = [];
    for (const resolve of idle) resolve();
  }

  #carryOut(command: ScheduleCommand): void {
    if (command.kind === 'prepare') {
      void this.#prepare(command.run).catch((error: unknown) => this.#cannot(command.run, error));
    } else if (command.kind === 'grant') this.#grant(command);
    else void this.#runErrand(command.run, command.errand);
  }

  async #prepare(run: RunId): Promise<void> {
    const { keeper, textFor, version, commit, choices } = this.#setup;
    const { spec } = keeper.run(run);
    keeper.show(run, { status: 'preparing', problem: null });
    const text = await textFor(spec);
    const resume = await this.#checkpointOf(run);
    if (!this.lane(run) || this.#closing) return;
    const engine = new EngineRun(this.#setup.startEngine, this.#listener(run));
    const savedStep = resume?.cursor.step ?? -1;
    this.#racers.set(run, { engine, rewindTo: savedStep, ownEta: null, grantedAt: 0, savedStep });
    const exclusive = this.#state.mode !== 'parallel';
    const auto = await choices.settle(keeper.run(run));
    engine.send({ type: 'prepare', spec, version, commit, exclusive, text, resume, ...auto });
  }

  async #checkpointOf(run: RunId): Promise<CheckpointData | null> {
    const { keeper } = this.#setup;
    await keeper.settled();
    if (!keeper.live(run).checkpoints.some((mark) => mark.kind === 'latest')) return null;
    const read = await keeper.store.checkpoint(run, 'latest');
    if (read.ok) return read.value;
    throw new AppFailure(read.error);
  }

  #grant({ run, seconds, steps }: Extract<ScheduleCommand, { kind: 'grant' }>): void {
    const racer = this.#need(run);
    const { keeper } = this.#setup;
    if (racer.rewindTo !== null) keeper.truncate(run, racer.rewindTo);
    racer.rewindTo = null;
    racer.grantedAt = performance.now();
    if (keeper.live(run).status !== 'running') keeper.show(run, { status: 'running', problem: null });
    if (steps === null && keeper.run(run).intent !== 'active') keeper.update(run, { intent: 'active', problem: null });
    racer.engine.send({ type: 'grant', seconds, steps });
  }

  async #runErrand(run: RunId, id: number): Promise<void> {
    const errand = this.#errands.get(id);
    this.#errands.delete(id);
    await errand?.work(this.#need(run).engine);
    this.#settle(run, 0);
  }

  /** The baton is back, or the engine stands. */
  #settle(run: RunId, seconds: number): void {
    const lane = this.lane(run);
    if (!lane) return this.#pump();
    if (lane.afterSlice === 'held') this.#showHeld(run);
    this.change((state) => schedule.settled(state, run, seconds));
  }

  /** What trained is paused now; a lane that was opened for an errand only shows what it showed before. */
  #showHeld(run: RunId): void {
    const { status } = this.keeper.live(run);
    if (status === 'running') this.keeper.show(run, { status: 'paused', etaSeconds: null });
    else if (status === 'preparing') this.keeper.showAtRest(run);
  }

  #listener(run: RunId): EngineListener {
    const { keeper } = this.#setup;
    return {
      ready: ({ facts, environment, cursor, chosen }) => {
        keeper.update(run, { facts, environment: this.#setup.choices.stamp(keeper, run, environment, chosen), cursor });
        if (this.lane(run)?.afterSlice === 'ready') keeper.show(run, { status: 'running' });
        this.#settle(run, 0);
      },
      slice: (message) => this.#slice(run, message),
      progress: (message) => this.#progress(run, message),
      metrics: ({ columns }) => keeper.append(run, columns),
      checkpoint: (data) => {
        const racer = this.#racers.get(run);
        if (racer && data.kind === 'latest') racer.savedStep = data.cursor.step;
        keeper.checkpoint(run, data);
      },
      heartbeat: ({ peakBytes }) => {
        if (peakBytes > (keeper.run(run).peakBytes ?? 0)) keeper.progress(run, { peakBytes });
      },
      failed: (error) => this.#failed(run, error),
      lost: (reason) => this.#lost(run, reason),
    };
  }

  #progress(run: RunId, message: Progress): void {
    const { cursor, stepSeconds, warmupSeconds, peakBytes, learningRate, etaSeconds, progress } = message;
    const racer = this.#racers.get(run);
    if (!racer) return;
    racer.ownEta = etaSeconds;
    const change = {
      cursor,
      stepSeconds,
      warmupSeconds,
      peakBytes: Math.max(peakBytes, this.keeper.run(run).peakBytes ?? 0),
    };
    this.keeper.progress(run, change, { learningRate, progress, etaSeconds: this.#eta(run) });
  }

  #eta(run: RunId): number | null {
    const lanes = this.underWay();
    if (!lanes.includes(run)) return null;
    const own = lanes.map((lane) => this.#racers.get(lane)?.ownEta ?? null);
    return secondsLeft(this.#state.mode, own, lanes.indexOf(run));
  }

  #slice(run: RunId, { cursor, outcome, problem }: Slice): void {
    const racer = this.#need(run);
    this.keeper.progress(run, { cursor });
    if (outcome === 'slice') return this.#settle(run, (performance.now() - racer.grantedAt) / 1000);
    const diverged = outcome === 'diverged';
    const end: Partial<LiveRun> = diverged
      ? { status: 'diverged', problem }
      : { status: 'finished', problem: null, progress: 1 };
    this.keeper.update(run, { intent: diverged ? 'diverged' : 'finished', problem: problem?.message ?? null });
    this.keeper.show(run, { ...end, etaSeconds: null });
    if (outcome === 'early-stop')
      this.keeper.event(run, 'early-stop', `no better validation loss; best at step ${cursor.best?.step ?? 0}`);
    if (problem) this.#setup.onProblem(problem, run);
    this.#setup.onMeasured(this.keeper.run(run));
    void this.release(run);
  }

  #failed(run: RunId, error: AppError): void {
    const racer = this.#racers.get(run);
    if (racer && this.#lostDevices.mayGoOn(run, racer.savedStep, error)) return this.#startAgain(run, racer, error);
    this.keeper.update(run, { intent: 'failed', problem: error.message });
    this.keeper.show(run, { status: 'failed', problem: error, etaSeconds: null });
    this.#setup.onProblem(error, run);
    void this.abandon(run);
  }

  /** A new engine opens the device anew and goes on from the last checkpoint. */
  #startAgain(run: RunId, racer: Racer, error: AppError): void {
    this.#racers.delete(run);
    this.#dropErrands(run);
    void racer.engine.kill();
    this.keeper.event(run, 'device-lost', error.message);
    if (this.lane(run)?.afterSlice === 'held') this.#showHeld(run);
    this.change((state) => schedule.startAgain(state, run));
  }

  #cannot(run: RunId, error: unknown): void {
    if (!this.keeper.has(run)) return;
    const message = error instanceof Error ? error.message : String(error);
    this.#failed(
      run,
      error instanceof AppFailure ? error.appError : { code: 'unsupported', message: `lab: ${message}` },
    );
  }

  #lost(run: RunId, reason: string): void {
    const racer = this.#racers.get(run);
    this.#racers.delete(run);
    this.#dropErrands(run);
    if (!racer || !this.keeper.has(run)) return;
    const problem = engineGone(this.keeper.run(run).name, reason, racer.savedStep);
    this.keeper.show(run, { status: 'interrupted', problem, etaSeconds: null });
    this.keeper.event(run, 'engine-died', reason);
    this.#setup.onProblem(problem, run);
    this.change((state) => schedule.leave(state, run));
  }

  /** The file cannot be written: training on would only make more that has no place. */
  #hold(error: AppError): void {
    const running = this.underWay();
    for (const run of running) {
      this.#state = schedule.pause(this.#state, run);
      this.yield(run);
      this.keeper.show(run, { status: 'paused', problem: error, etaSeconds: null });
    }
    this.#setup.onProblem(error, null);
  }

  #dropErrands(run: RunId): void {
    const failure = new AppFailure({ code: 'engine-died', message: 'engine: the process is gone' });
    for (const id of this.lane(run)?.errands ?? []) {
      this.#errands.get(id)?.reject(failure);
      this.#errands.delete(id);
    }
  }

  #need(run: RunId): Racer {
    const racer = this.#racers.get(run);
    if (racer) return racer;
    throw new Error(`race: ${run} must have an engine`);
  }
}
