// The race of one session: carries out the schedule with real engines. Their answers are handled in race-answers.ts, a person's actions in
// race-actions.ts. Independent of front ends and file formats.
import { AppFailure, type AppError } from '../../engine/core/result.ts';
import type { RunId } from '../../protocol/state.ts';
import { EngineRun } from '../engines/engine-run.ts';
import { Errands } from './errands.ts';
import { RaceAnswers, type Course } from './race-answers.ts';
import type { RaceSetup } from './race-setup.ts';
import { Racers, type Racer } from './racers.ts';
import { resumeFrom, type ResumeFrom } from './resume-from.ts';
import * as schedule from './scheduler.ts';
import type { ScheduleCommand, ScheduleState } from './scheduler.ts';
import type { SessionKeeper } from '../session/session-keeper.ts';
import { Readers } from './readers.ts';
import { lostStart, startOf } from '../runs/run-start.ts';
import { atStandstill } from '../runs/run-states.ts';
import type { RunTexts } from '../runs/run-texts.ts';
import { Waits } from '../timing/waits.ts';

/** Batches that may wait for the disk before training waits too. */
const longestBacklog = 64;

export class Race implements Course {
  readonly #setup: RaceSetup;
  readonly #racers = new Racers();
  readonly #errands = new Errands();
  readonly #waits = new Waits();
  readonly #readers: Readers;
  readonly #answers: RaceAnswers;
  /** Steps at which runs are to wait. */
  readonly #goals = new Map<RunId, number>();
  #state: ScheduleState;
  #closing = false;
  /** A group of changes is in progress. */
  #gathering = false;
  #idle: (() => void)[] = [];

  constructor(setup: RaceSetup, engines: number) {
    this.#setup = setup;
    this.#readers = new Readers(engines);
    this.#state = schedule.emptySchedule('race', 0.5, engines);
    this.#answers = new RaceAnswers(setup, this.#racers, this, this.#waits);
    setup.keeper.saving.onFailure((error) => this.#hold(error));
  }

  get keeper(): SessionKeeper {
    return this.#setup.keeper;
  }

  get texts(): RunTexts {
    return this.#setup.texts;
  }

  /** Process id of a run's engine while it has one. */
  pidOf(run: RunId): number | undefined {
    return this.#racers.get(run)?.engine.pid;
  }

  get mode(): ScheduleState['mode'] {
    return this.#state.mode;
  }

  get engines(): number {
    return this.#state.engines;
  }

  configure(mode: ScheduleState['mode'], sliceSeconds: number): void {
    this.#state = { ...this.#state, mode, sliceSeconds };
  }

  lane(run: RunId): schedule.Lane | undefined {
    return schedule.laneOf(this.#state, run);
  }

  /** The run trains up to exactly this step, evaluation included, and waits there paused; forgotten when it is stopped or ends. */
  goal(run: RunId, step: number): void {
    this.#goals.set(run, step);
  }

  /** Before the baton of a slice is given back: at its goal the run is paused. */
  advanced(run: RunId, step: number): void {
    const goal = this.#goals.get(run);
    if (goal === undefined || step < goal) return;
    this.#goals.delete(run);
    this.#state = schedule.pause(this.#state, run);
    this.keeper.update(run, { intent: 'paused' });
  }

  /** Lanes that want to train or are training. */
  underWay(): readonly RunId[] {
    return schedule.underWay(this.#state).map((lane) => lane.run);
  }

  /** Resolves when no run needs the machine any more. */
  idle(): Promise<void> {
    if (schedule.isQuiet(this.#state)) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** Applies a change to the schedule and carries on. */
  change(change: (state: ScheduleState) => ScheduleState): void {
    this.#state = change(this.#state);
    this.#waits.note(this.#state.lanes);
    this.#answers.changed();
    this.#pump();
  }

  /** Several changes as one: nothing is started before the last of them is made. */
  together(changes: () => void): void {
    this.#gathering = true;
    try {
      changes();
    } finally {
      this.#gathering = false;
    }
    this.#pump();
  }

  /** Runs an errand in the engine of a lane when it has the baton. Rejects with the errand's own failure, or when the engine ends. */
  errand(run: RunId, work: (engine: EngineRun) => Promise<void>): Promise<void> {
    return this.#errands.add(work, (id) => this.change((state) => schedule.addErrand(state, run, id)));
  }

  /** Removes the lane and its engine; the run's status does not change. */
  async release(run: RunId): Promise<void> {
    this.#goals.delete(run);
    const racer = this.forget(run);
    this.change((state) => schedule.leave(state, run));
    await racer?.engine.exit();
  }

  /** Removes the lane; a reading engine stays for the next request. */
  rest(run: RunId): void {
    const racer = this.forget(run);
    if (racer) this.#readers.keep(run, racer.engine, racer.text);
    this.change((state) => schedule.leave(state, run));
  }

  /** Like `release`, without waiting for what the engine is doing. */
  async abandon(run: RunId): Promise<void> {
    this.#goals.delete(run);
    const racer = this.forget(run);
    this.change((state) => schedule.leave(state, run));
    await Promise.all([this.#readers.drop(run), racer?.engine.kill()]);
  }

  /** The run's engine and what was asked of it are no longer part of the race; the lane stays. */
  forget(run: RunId): Racer | undefined {
    this.#errands.drop(this.lane(run)?.errands ?? []);
    return this.#racers.take(run);
  }

  /** Ends the slice under way after its current step. */
  yield(run: RunId): void {
    this.#racers.get(run)?.engine.send({ type: 'yield' });
  }

  /** Saves what is under way and ends every engine, by force after `graceMs`. Runs keep their intent: opening the session again offers to continue. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    await Promise.all([this.#readers.close(), this.#racers.close(graceMs)]);
    // From here on the display must match the file, so nothing may train.
    for (const run of this.underWay()) if (this.keeper.has(run)) this.keeper.showAtRest(run);
  }

  #pump(): void {
    if (this.#closing || this.#gathering) return;
    if (this.keeper.saving.failure === null && this.keeper.saving.backlog > longestBacklog) {
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
      void this.#prepare(command.run).catch((error: unknown) => this.#answers.cannot(command.run, error));
    } else if (command.kind === 'grant') this.#grant(command);
    else void this.#runErrand(command.run, command.errand);
  }

  async #prepare(run: RunId): Promise<void> {
    const { keeper, texts, version, commit, choices } = this.#setup;
    const { spec, intent } = keeper.run(run);
    const reads = intent === 'finished';
    if (!reads) keeper.show(run, { status: 'preparing', problem: null });
    const text = await texts.textFor(keeper.run(run));
    const resume = reads ? null : await this.#checkpointOf(run);
    if (!this.lane(run) || this.#closing) return;
    const ready = this.#readers.take(run, text);
    if (ready !== null) {
      this.#racers.add(run, ready, null, text);
      return this.#answers.settle(run, 0);
    }
    const engine = new EngineRun(this.#setup.startEngine, this.#answers.listener(run));
    const waited = this.#waits.begin(run);
    this.#racers.add(run, engine, resume?.cursor ?? null, text);
    const exclusive = this.#state.mode !== 'parallel';
    const auto = await choices.settle(keeper.run(run), keeper.runs());
    const data = text === null ? null : await texts.handle(text, spec);
    const told = { spec, version, commit, exclusive, data, resume, waited, shows: true, ...(reads ? { reads } : {}) };
    engine.send({ type: 'prepare', ...told, ...auto });
  }

  async #checkpointOf(run: RunId): Promise<ResumeFrom | null> {
    const { keeper } = this.#setup;
    await keeper.settled();
    const { checkpoints } = keeper.live(run);
    const lost = lostStart(keeper.run(run), checkpoints);
    if (lost !== null) throw new AppFailure(lost);
    const start = startOf(checkpoints);
    const hasBest = checkpoints.some(({ kind }) => kind === 'best');
    return start === null ? null : resumeFrom(keeper.store, keeper.run(run), start, hasBest);
  }

  #grant({ run, seconds, steps }: Extract<ScheduleCommand, { kind: 'grant' }>): void {
    const racer = this.#racers.need(run);
    const { keeper } = this.#setup;
    if (racer.rewindTo !== null) keeper.records.truncate(run, racer.rewindTo);
    racer.rewindTo = null;
    if (keeper.live(run).status !== 'running') keeper.show(run, { status: 'running', problem: null });
    if (steps === null && keeper.run(run).intent !== 'active') keeper.update(run, { intent: 'active', problem: null });
    const goal = this.#goals.get(run);
    const left = goal === undefined ? null : Math.max(1, goal - keeper.run(run).cursor.step);
    racer.engine.send({ type: 'grant', seconds, steps: steps ?? left });
  }

  async #runErrand(run: RunId, id: number): Promise<void> {
    await this.#errands.run(id, () => this.#racers.need(run).engine);
    this.#answers.helped(run);
  }

  /** The file cannot be written, so further training could not be saved. */
  #hold(error: AppError): void {
    const running = this.underWay();
    for (const run of running) {
      this.#state = schedule.pause(this.#state, run);
      this.yield(run);
      this.keeper.show(run, { status: 'paused', problem: error, ...atStandstill });
    }
    this.#setup.onProblem(error, null);
  }
}
