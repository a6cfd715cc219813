// The open session: each change is shown (`known-runs.ts`) and written in order (`saving.ts`; what engines report: `run-records.ts`). Everything
// is saved as it happens. Independent of engines and the schedule.
import { AppFailure, unwrap, type AppError } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import type { CheckpointData } from '../../protocol/engine.ts';
import type { RunId, RunState, SessionState } from '../../protocol/state.ts';
import { planEvent, type Plan } from '../../engine/spec/statistics/plans.ts';
import { plansIn } from './plans-in.ts';
import type { SessionHead, SessionStore, StoredRun } from '../../session/store.ts';
import type { EventHub } from '../event-hub.ts';
import { closedMeanwhile, inTwoFiles, readOnly } from './keeper-words.ts';
import { KnownRuns, type RunChange } from './known-runs.ts';
import { RunRecords } from './run-records.ts';
import { Saving } from './saving.ts';
import { liveAtRest, liveFrom, withCheckpoint, type LiveRun } from '../runs/run-states.ts';

/** Progress (step, clocks, timings) is written this often; decisions at once. */
const progressMs = 2000;
export class SessionKeeper {
  readonly #store: SessionStore;
  readonly #hub: EventHub;
  readonly #runs: KnownRuns;
  /** Whether everything is in the file. */
  readonly saving: Saving;
  /** What engines report. */
  readonly records: RunRecords;
  readonly #timer: NodeJS.Timeout;
  #head: SessionHead;
  #closed = false;
  #plans: readonly Plan[] = [];

  private constructor(store: SessionStore, head: SessionHead, hub: EventHub) {
    this.#store = store;
    this.#head = head;
    this.#hub = hub;
    this.#runs = new KnownRuns(hub);
    this.saving = new Saving(store, () => hub.send('session/changed', this.state()));
    this.records = new RunRecords({ store, hub, runs: this.#runs, saving: this.saving });
    this.#timer = setInterval(() => this.#writeProgress(), progressMs);
  }

  static async of(store: SessionStore, hub: EventHub): Promise<SessionKeeper> {
    const keeper = new SessionKeeper(store, await store.head(), hub);
    const standings = await store.standings();
    for (const run of await store.runs()) keeper.#runs.add(run, liveFrom(run, standings.get(run.id)));
    keeper.#plans = plansIn(await store.events());
    return keeper;
  }

  get store(): SessionStore {
    return this.#store;
  }

  get head(): SessionHead {
    return this.#head;
  }

  get path(): string {
    return this.#store.path;
  }

  state(): SessionState {
    const { name, note, experiment, baseline } = this.#head;
    return {
      path: this.#store.path,
      name,
      readOnly: this.#store.readOnly,
      saved: this.saving.state,
      experiment,
      baseline,
      note,
      runs: this.#runs.states(),
      ...(this.#plans.length === 0 ? {} : { plans: this.#plans }),
    };
  }

  runs(): readonly StoredRun[] {
    return this.#runs.all();
  }

  has(id: RunId): boolean {
    return this.#runs.has(id);
  }

  run(id: RunId): StoredRun {
    return this.#runs.stored(id);
  }

  live(id: RunId): LiveRun {
    return this.#runs.live(id);
  }

  runState(id: RunId): RunState {
    return this.#runs.state(id);
  }

  /** Rejects with AppFailure when the file cannot be written at all. */
  needWritable(): void {
    if (this.#closed) throw closedMeanwhile(this.path);
    if (!this.#store.readOnly) return;
    const cure = say`Save a copy under another name and continue there.`;
    throw new AppFailure(this.#store.problem ?? readOnly(this.path, cure));
  }

  edit(change: Partial<SessionHead>): void {
    this.needWritable();
    this.#head = { ...this.#head, ...change };
    this.saving.push(say`the session`, () => this.#store.edit(change));
    this.#hub.send('session/changed', this.state());
  }

  /** Before the runs it is about. */
  addPlan(plan: Plan): void {
    this.needWritable();
    this.#plans = [...this.#plans, plan];
    this.saving.push(say`the planned comparison`, () => this.#store.addEvent(null, planEvent, JSON.stringify(plan)));
  }

  addRuns(runs: readonly StoredRun[]): void {
    this.needWritable();
    for (const stored of runs)
      this.#runs.add(stored, { ...liveAtRest(stored, {}, []), status: 'queued', problem: null });
    this.saving.push(say`new runs`, () => this.#store.addRuns(runs));
    this.#hub.send('session/changed', this.state());
  }

  /**
   * A run together with the checkpoint it begins from. Its name and place are reserved at once; it is written completely, or it is removed
   * again and this rejects.
   */
  async addFork(run: StoredRun, start: CheckpointData, detail: string): Promise<void> {
    this.needWritable();
    const live = { ...liveAtRest(run, {}, withCheckpoint([], start)), status: 'queued' as const, problem: null };
    this.#runs.add(run, live);
    try {
      await this.saving.perform(say`a fork`, () => this.#store.addFork(run, start, detail));
    } catch (error) {
      this.#runs.remove(run.id);
      throw error;
    } finally {
      this.#hub.send('session/changed', this.state());
    }
  }

  /** A text that travels with the session. */
  async putText(name: string, data: Uint8Array): Promise<void> {
    this.needWritable();
    await this.saving.perform(say`a text`, () => this.#store.putText(name, data));
  }

  deleteRuns(ids: readonly RunId[]): void {
    this.needWritable();
    for (const id of ids) {
      if (!this.#runs.remove(id)) continue;
      this.saving.push(say`the removal of a run`, () => this.#remove(id));
    }
    if (ids.some((id) => id === this.#head.baseline)) this.edit({ baseline: null });
    else this.#hub.send('session/changed', this.state());
  }

  /** A decision: written at once, together with the progress so far. */
  update(id: RunId, change: RunChange): void {
    this.#runs.change(id, change);
    this.#write(id, change);
  }

  /** Progress: shown now, written soon. */
  progress(id: RunId, change: RunChange, live: Partial<LiveRun> = {}): void {
    this.#runs.progress(id, change, live);
  }

  /** State that exists only while the lab runs. */
  show(id: RunId, live: Partial<LiveRun>): void {
    this.#runs.show(id, live);
  }

  /** The run as it would be shown after closing and reopening. */
  showAtRest(id: RunId): void {
    this.#runs.showAtRest(id);
  }

  /** A copy of everything written so far; also possible while a write has failed, since it is needed then. */
  async copyTo(path: string): Promise<void> {
    this.#writeProgress();
    await this.saving.perform(say`a copy`, async () => unwrap(await this.#store.saveCopy(path, false)), true);
  }

  /**
   * Continues in a copy at `path`; the old file stays unchanged. This is one entry of the write queue: earlier writes are in both files,
   * later ones, and a failed write that waits, in the copy alone. Rejects and changes nothing if the copy fails. Returns why the old file
   * could not be closed as a single file, or null.
   */
  async moveTo(path: string, overwrite: boolean): Promise<AppError | null> {
    this.#writeProgress();
    const from = this.path;
    const move = async (): Promise<AppError | null> => unwrap(await this.#store.moveTo(path, overwrite));
    const left = await this.saving.perform(say`the copy`, move, true);
    this.#hub.send('session/changed', this.state());
    return left && inTwoFiles(from, left);
  }

  /** Resolves when everything so far is on disk or a write has failed. */
  settled(): Promise<void> {
    return this.saving.settled();
  }

  /** Retries the failed write. Rejects with AppFailure `unsaved` while anything is not in the file. */
  async needNothingUnsaved(): Promise<void> {
    this.#writeProgress();
    await this.saving.needNothingUnsaved();
  }

  /** Rejects with AppFailure `unsaved` while anything is not in the file: then it stays open and nothing is dropped. */
  async close(): Promise<void> {
    await this.needNothingUnsaved();
    await this.#end();
  }

  /** Closes without the unsaved changes, because a person said so. */
  async giveUp(): Promise<void> {
    this.#writeProgress();
    await this.settled();
    await this.#end();
  }

  async #end(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.saving.end();
    this.#hub.flush();
    const apart = await this.#store.close();
    if (apart !== null) this.#hub.send('problem', { error: inTwoFiles(this.path, apart), run: null });
  }

  /** A failed fork has already been removed. */
  async #remove(id: RunId): Promise<void> {
    try {
      await this.#store.deleteRun(id);
    } catch (error) {
      if (!(error instanceof AppFailure) || error.appError.code !== 'not-found') throw error;
    }
  }

  #write(id: RunId, change: RunChange): void {
    const progress = this.#runs.takeProgress(id);
    this.saving.push(say`a run`, () =>
      this.has(id) ? this.#store.updateRun(id, { ...progress, ...change }) : Promise.resolve(),
    );
  }

  #writeProgress(): void {
    for (const id of this.#runs.dirty()) this.#write(id, {});
  }
}
