// Stores what engines report: facts, points, checkpoints, ends and failures; and takes the baton back. Starts no engine; independent of
// front ends.
import { availableParallelism } from 'node:os';
import { english, type Message } from '../../engine/core/say.ts';
import { asAppError, type AppError } from '../../engine/core/result.ts';
import { keptGrowth, withGrowth } from '../../engine/spec/memory-check.ts';
import type { FromEngine } from '../../protocol/engine.ts';
import type { RunId } from '../../protocol/state.ts';
import { Aside } from './aside.ts';
import type { EngineListener } from '../engines/engine-run.ts';
import { Forecast } from '../timing/forecast.ts';
import { engineGone, LostDevices } from '../engines/lost-devices.ts';
import type { RaceSetup } from './race-setup.ts';
import type { Racer, Racers } from './racers.ts';
import { atStandstill, type LiveRun } from '../runs/run-states.ts';
import * as schedule from './scheduler.ts';
import type { ScheduleState } from './scheduler.ts';
import type { SessionKeeper } from '../session/session-keeper.ts';
import type { Meanwhile, Waits } from '../timing/waits.ts';

type Slice = Extract<FromEngine, { readonly type: 'slice' }>;
type Progress = Extract<FromEngine, { readonly type: 'progress' }>;

/** What an answer may change in the race. */
export interface Course {
  readonly mode: ScheduleState['mode'];
  /** Alive at once. */
  readonly engines: number;
  lane(run: RunId): schedule.Lane | undefined;
  underWay(): readonly RunId[];
  change(change: (state: ScheduleState) => ScheduleState): void;
  release(run: RunId): Promise<void>;
  abandon(run: RunId): Promise<void>;
  /** The run has trained up to this step. */
  advanced(run: RunId, step: number): void;
  /** The run's engine is no longer part of the race. */
  forget(run: RunId): Racer | undefined;
}

export class RaceAnswers {
  readonly #setup: RaceSetup;
  readonly #racers: Racers;
  readonly #course: Course;
  readonly #lostDevices = new LostDevices();
  readonly #keeper: SessionKeeper;
  readonly #forecast: Forecast;
  readonly #aside: Aside;
  readonly #waits: Waits;

  constructor(setup: RaceSetup, racers: Racers, course: Course, waits: Waits) {
    this.#setup = setup;
    this.#racers = racers;
    this.#course = course;
    this.#keeper = setup.keeper;
    const meanwhile = (run: RunId): Meanwhile | null => {
      const lane = course.lane(run);
      return lane ? waits.meanwhile(lane) : null;
    };
    const clock = (): number => performance.now();
    this.#forecast = new Forecast({ setup, racers, course, meanwhile, cores: availableParallelism(), clock });
    this.#waits = waits;
    this.#aside = new Aside((error) => setup.onProblem(error, null));
  }

  /**
   * The listener for the engine of a run. A message that arrives after its run was deleted or its engine was removed is ignored: it must
   * not crash the lab.
   */
  listener(run: RunId): EngineListener {
    const all = this.#listener(run);
    const stored = (): boolean => this.#keeper.has(run);
    const racing = (): boolean => stored() && this.#racers.get(run) !== undefined;
    return {
      ready: (message) => void (racing() && all.ready(message)),
      reading: () => void (racing() && this.settle(run, 0)),
      slice: (message) => void (racing() && all.slice(message)),
      progress: (message) => void (racing() && all.progress(message)),
      heartbeat: (message) => void (racing() && all.heartbeat(message)),
      failed: (error) => void (racing() && all.failed(error)),
      metrics: (message) => void (stored() && all.metrics(message)),
      checkpoint: (data) => void (stored() && all.checkpoint(data)),
      shown: (message) => void (stored() && all.shown?.(message)),
      lost: (reason) => all.lost(reason),
    };
  }

  #listener(run: RunId): EngineListener {
    const keeper = this.#keeper;
    return {
      ready: ({ facts, environment, cursor, chosen }) => {
        keeper.update(run, {
          facts: keptGrowth(facts, keeper.run(run).facts),
          environment: this.#setup.choices.stamp(keeper, run, environment, chosen),
          cursor,
        });
        this.#spoke(run);
        this.#prepared(run);
        this.#course.advanced(run, cursor.step);
        if (this.#course.lane(run)?.afterSlice === 'ready') keeper.show(run, { status: 'running' });
        void this.#firstCheckpoint(run).then(() => this.settle(run, 0));
      },
      slice: (message) => this.#slice(run, message),
      progress: (message) => this.#progress(run, message),
      metrics: ({ columns }) => keeper.records.append(run, columns),
      checkpoint: (data) => {
        const racer = this.#racers.get(run);
        if (racer && data.kind === 'latest') racer.savedStep = data.cursor.step;
        keeper.records.checkpoint(run, data);
      },
      shown: ({ step, shown }) => shown.forEach((one) => keeper.records.shown(run, step, one)),
      heartbeat: ({ peakBytes }) => {
        if (peakBytes > (keeper.run(run).peakBytes ?? 0)) keeper.progress(run, { peakBytes });
        this.#foresee((forecast) => forecast.show());
      },
      failed: (error) => this.#failed(run, error),
      lost: (reason) => this.#lost(run, reason),
    };
  }

  /** A failure of something that is only displayed must not stop a run. */
  #foresee(work: (forecast: Forecast) => void): void {
    this.#aside.try('forecast', () => work(this.#forecast));
  }

  /** The engine of a run is ready. */
  #prepared(run: RunId): void {
    const racer = this.#racers.get(run);
    if (!racer) return;
    const seconds = (performance.now() - racer.startedAt) / 1000;
    racer.prepared = seconds;
    this.#foresee((forecast) => forecast.prepared(run, seconds));
  }

  /** The schedule has changed. */
  changed(): void {
    this.#foresee((forecast) => forecast.changed());
  }

  /** An errand is done. */
  helped(run: RunId): void {
    this.#foresee((forecast) => forecast.turned(run, null));
    this.settle(run, 0);
  }

  /** Its reported times are current. */
  #spoke(run: RunId): void {
    this.#waits.spoke(run);
    this.#keeper.show(run, { meanwhile: null });
  }

  /** A checkpoint to continue from if the run is lost before its first regular one: its very first step may take minutes. */
  async #firstCheckpoint(run: RunId): Promise<void> {
    const racer = this.#racers.get(run);
    // An engine that has gone reports that itself.
    if (racer && racer.savedStep < 0) await racer.engine.save().catch(() => undefined);
  }

  /** The baton is back, or the engine is ready. */
  settle(run: RunId, seconds: number): void {
    const lane = this.#course.lane(run);
    if (!lane) return this.#course.change((state) => state);
    if (lane.afterSlice === 'held') this.#showHeld(run);
    this.#course.change((state) => schedule.settled(state, run, seconds));
  }

  /** A training run is paused now; a lane opened only for an errand keeps its previous status. */
  #showHeld(run: RunId): void {
    const { status } = this.#keeper.live(run);
    if (status === 'running') this.#keeper.show(run, { status: 'paused', ...atStandstill });
    else if (status === 'preparing') this.#keeper.showAtRest(run);
  }

  #progress(run: RunId, message: Progress): void {
    const { cursor, stepSeconds, warmupSeconds, peakBytes, learningRate, secondsLeft, progress } = message;
    const racer = this.#racers.get(run);
    if (!racer) return;
    racer.secondsLeft = secondsLeft;
    const stored = this.#keeper.run(run);
    const change = {
      cursor,
      stepSeconds,
      warmupSeconds,
      peakBytes: Math.max(peakBytes, stored.peakBytes ?? 0),
      facts: withGrowth(stored.facts, message.growth),
    };
    this.#spoke(run);
    this.#keeper.progress(run, change, { learningRate, progress });
    this.#foresee((forecast) => forecast.show());
  }

  #slice(run: RunId, { cursor, outcome, problem, seconds }: Slice): void {
    this.#spoke(run);
    this.#foresee((forecast) => forecast.turned(run, seconds));
    this.#keeper.progress(run, { cursor });
    if (outcome === 'slice') {
      this.#course.advanced(run, cursor.step);
      return this.settle(run, seconds);
    }
    const diverged = outcome === 'diverged';
    const end: Partial<LiveRun> = diverged
      ? { status: 'diverged', problem }
      : { status: 'finished', problem: null, progress: 1 };
    this.#keeper.update(run, { intent: diverged ? 'diverged' : 'finished', problem: problem?.message ?? null });
    this.#keeper.show(run, { ...end, ...atStandstill });
    if (outcome === 'early-stop')
      this.#keeper.records.event(
        run,
        'early-stop',
        `no better validation loss; best at step ${cursor.best?.step ?? 0}`,
      );
    if (problem) this.#setup.onProblem(problem, run);
    this.#aside.try('measurements', () => this.#setup.onMeasured(this.#keeper.run(run)));
    void this.#course.release(run);
    this.#foresee((forecast) => forecast.show());
  }

  #failed(run: RunId, error: AppError): void {
    // A failed read does not change a finished run.
    if (this.#keeper.run(run).intent === 'finished') {
      this.#setup.onProblem(error, run);
      return void this.#course.abandon(run);
    }
    const racer = this.#racers.get(run);
    if (racer && this.#lostDevices.mayGoOn(run, racer.savedStep, error)) return this.#startAgain(run, racer, error);
    this.#keeper.update(run, { intent: 'failed', problem: error.message });
    this.#keeper.show(run, { status: 'failed', problem: error, ...atStandstill });
    this.#setup.onProblem(error, run);
    void this.#course.abandon(run);
  }

  /** A new engine opens the device again and continues from the last checkpoint. */
  #startAgain(run: RunId, racer: Racer, error: AppError): void {
    this.#course.forget(run);
    void racer.engine.kill();
    this.#keeper.records.event(run, 'device-lost', english(error.message));
    if (this.#course.lane(run)?.afterSlice === 'held') this.#showHeld(run);
    this.#course.change((state) => schedule.startAgain(state, run));
  }

  /** The engine could not be started. */
  cannot(run: RunId, error: unknown): void {
    if (!this.#keeper.has(run)) return;
    this.#failed(run, asAppError(error, 'race'));
  }

  #lost(run: RunId, reason: Message): void {
    const racer = this.#course.forget(run);
    if (!racer || !this.#keeper.has(run)) return;
    if (this.#keeper.run(run).intent === 'finished') return this.#course.change((state) => schedule.leave(state, run));
    const problem = engineGone(this.#keeper.run(run).name, reason, racer.savedStep);
    this.#keeper.show(run, { status: 'interrupted', problem, ...atStandstill });
    this.#keeper.records.event(run, 'engine-died', english(reason));
    this.#setup.onProblem(problem, run);
    this.#course.change((state) => schedule.leave(state, run));
  }
}
