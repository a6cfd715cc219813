// The open session: what the file holds, what is true only now, and the order of every write. Everything is saved as it happens; front ends
// are notified after it is on disk. Independent of engines and the schedule.
import { AppFailure, unwrap, type AppError } from '../../engine/core/result.ts';
import { asIs, english, type Message, say } from '../../engine/core/say.ts';
import type { MetricColumns } from '../../engine/spec/metrics.ts';
import type { CheckpointData, ShownData } from '../../protocol/engine.ts';
import type { RunId, RunState, Sample, SessionState } from '../../protocol/state.ts';
import type { SessionHead, SessionStore, StoredRun } from '../../session/store.ts';
import type { EventHub } from '../event-hub.ts';
import { closedMeanwhile, inTwoFiles, unsaved, readOnly } from './keeper-words.ts';
import { liveAtRest, liveFrom, runState, withCheckpoint, withMetrics, type LiveRun } from '../runs/run-states.ts';
import { WriteQueue, type WriteState } from './write-queue.ts';

type RunChange = Partial<Omit<StoredRun, 'id' | 'spec'>>;

interface Entry {
  stored: StoredRun;
  live: LiveRun;
  /** Changed by progress and not written yet. */
  dirty: boolean;
}

/** Progress (step, clocks, timings) is written this often; decisions at once. */
const progressMs = 2000;
/** How often a write that failed is tried again. */
const retryMs = 5000;
/** How soon a removed file is noticed, even if nothing is written. */
const lookMs = 1000;

export class SessionKeeper {
  readonly #store: SessionStore;
  readonly #hub: EventHub;
  readonly #queue: WriteQueue;
  readonly #entries = new Map<RunId, Entry>();
  readonly #timers: NodeJS.Timeout[];
  #head: SessionHead;
  #shownState: WriteState = 'saved';
  #closed = false;
  #onFailure: (error: AppError) => void = () => undefined;

  private constructor(store: SessionStore, head: SessionHead, hub: EventHub) {
    this.#store = store;
    this.#head = head;
    this.#hub = hub;
    this.#queue = new WriteQueue((state) => this.#saved(state));
    this.#timers = [
      setInterval(() => this.#writeProgress(), progressMs),
      setInterval(() => this.retry(), retryMs),
      setInterval(() => void this.#look(), lookMs),
    ];
  }

  static async of(store: SessionStore, hub: EventHub): Promise<SessionKeeper> {
    const keeper = new SessionKeeper(store, await store.head(), hub);
    const standings = await store.standings();
    for (const run of await store.runs()) {
      const live = liveFrom(run, standings.get(run.id));
      keeper.#entries.set(run.id, { stored: run, live, dirty: false });
    }
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

  /** Writes that wait. */
  get backlog(): number {
    return this.#queue.length;
  }

  get failure(): AppError | null {
    const { state } = this.#queue;
    return typeof state === 'object' ? state.failed : null;
  }

  /** Called once each time a write fails for a new reason. */
  onFailure(listener: (error: AppError) => void): void {
    this.#onFailure = listener;
  }

  state(): SessionState {
    const { name, note, experiment, baseline } = this.#head;
    return {
      path: this.#store.path,
      name,
      readOnly: this.#store.readOnly,
      saved: this.#queue.state,
      experiment,
      baseline,
      note,
      runs: this.runs().map((run) => this.runState(run.id)),
    };
  }

  runs(): readonly StoredRun[] {
    return [...this.#entries.values()].map((entry) => entry.stored);
  }

  has(id: RunId): boolean {
    return this.#entries.has(id);
  }

  run(id: RunId): StoredRun {
    return this.#entry(id).stored;
  }

  live(id: RunId): LiveRun {
    return this.#entry(id).live;
  }

  runState(id: RunId): RunState {
    const { stored, live } = this.#entry(id);
    return runState(stored, live);
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
    this.#push(say`the session`, () => this.#store.edit(change));
    this.#hub.send('session/changed', this.state());
  }

  addRuns(runs: readonly StoredRun[]): void {
    this.needWritable();
    for (const stored of runs) {
      this.#entries.set(stored.id, {
        stored,
        live: { ...liveAtRest(stored, {}, []), status: 'queued', problem: null },
        dirty: false,
      });
    }
    this.#push(say`new runs`, () => this.#store.addRuns(runs));
    this.#hub.send('session/changed', this.state());
  }

  /**
   * A run together with the checkpoint it begins from. Its name and place are reserved at once; it is written completely, or it is removed
   * again and this rejects.
   */
  async addFork(run: StoredRun, start: CheckpointData, detail: string): Promise<void> {
    this.needWritable();
    const live = { ...liveAtRest(run, {}, withCheckpoint([], start)), status: 'queued' as const, problem: null };
    this.#entries.set(run.id, { stored: run, live, dirty: false });
    try {
      await this.#queue.perform(say`a fork`, () => this.#store.addFork(run, start, detail));
    } catch (error) {
      this.#entries.delete(run.id);
      throw error;
    } finally {
      this.#hub.send('session/changed', this.state());
    }
  }

  /** A text that travels with the session. */
  async putText(name: string, data: Uint8Array): Promise<void> {
    this.needWritable();
    await this.#queue.perform(say`a text`, () => this.#store.putText(name, data));
  }

  deleteRuns(ids: readonly RunId[]): void {
    this.needWritable();
    for (const id of ids) {
      if (!this.#entries.delete(id)) continue;
      this.#push(say`the removal of a run`, () => this.#remove(id));
    }
    if (ids.some((id) => id === this.#head.baseline)) this.edit({ baseline: null });
    else this.#hub.send('session/changed', this.state());
  }

  /** A decision: written at once, together with the progress so far. */
  update(id: RunId, change: RunChange): void {
    const entry = this.#entry(id);
    entry.stored = { ...entry.stored, ...change };
    this.#write(id, entry, change);
    this.#hub.runChanged(runState(entry.stored, entry.live));
  }

  /** Progress: shown now, written soon. */
  progress(id: RunId, change: RunChange, live: Partial<LiveRun> = {}): void {
    const entry = this.#entry(id);
    entry.stored = { ...entry.stored, ...change };
    entry.live = { ...entry.live, ...live };
    entry.dirty = true;
    this.#hub.runChanged(runState(entry.stored, entry.live));
  }

  /** State that exists only while the lab runs. */
  show(id: RunId, live: Partial<LiveRun>): void {
    const entry = this.#entry(id);
    entry.live = { ...entry.live, ...live };
    this.#hub.runChanged(runState(entry.stored, entry.live));
  }

  /** The run as it would be shown after closing and reopening. */
  showAtRest(id: RunId): void {
    const { stored, live } = this.#entry(id);
    this.show(id, liveAtRest(stored, live.last, live.checkpoints));
  }

  append(id: RunId, columns: readonly MetricColumns[]): void {
    const filled = columns.filter((column) => column.step.length > 0);
    if (filled.length === 0) return;
    this.show(id, { last: withMetrics(this.live(id).last, filled) });
    this.#push(say`measurements`, async () => {
      if (!this.has(id)) return;
      await this.#store.appendMetrics(id, filled);
      this.#hub.metricsAppended(id, filled);
    });
  }

  truncate(id: RunId, step: number): void {
    this.#push(say`the way back to a checkpoint`, () => this.#store.truncateMetrics(id, step));
  }

  checkpoint(id: RunId, data: CheckpointData): void {
    this.#push(say`a checkpoint`, async () => {
      if (!this.has(id)) return;
      await this.#store.putCheckpoint(id, data);
      // It may have been removed in the meantime; then the removal is the next write.
      if (this.has(id)) this.show(id, { checkpoints: withCheckpoint(this.live(id).checkpoints, data) });
    });
  }

  /** Texts and answers of a run: written in order with its points and checkpoints, completely or not at all. */
  shown(run: RunId, step: number, shown: ShownData): void {
    this.#push(say`what a run showed`, async () => {
      if (!this.has(run)) return;
      if (shown.kind === 'text') {
        const { kind: _, ...written } = shown;
        return this.#hub.send('run/shown', { sample: await this.#store.addSample({ run, step, ...written }) });
      }
      const answers = { run, step, ...shown.answers };
      await this.#store.addAnswers(answers);
      this.#hub.send('run/shown', { answers });
    });
  }

  event(run: RunId | null, kind: string, detail: string): void {
    this.#push(say`an event`, () => this.#store.addEvent(run, kind, detail));
  }

  /** Executed in order among the writes: a sample is in the file, and in its copy, or refused. */
  addSample(sample: Omit<Sample, 'id'>): Promise<Sample> {
    return this.#queue.perform(say`a sample`, () => this.#store.addSample(sample));
  }

  /** A copy of everything written so far; also possible while a write has failed, since it is needed then. */
  async copyTo(path: string): Promise<void> {
    this.#writeProgress();
    await this.#queue.perform(say`a copy`, async () => unwrap(await this.#store.saveCopy(path, false)), true);
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
    const left = await this.#queue.perform(say`the copy`, move, true);
    this.#hub.send('session/changed', this.state());
    return left && inTwoFiles(from, left);
  }

  /** Resolves when everything so far is on disk or a write has failed. */
  settled(): Promise<void> {
    return this.#queue.idle();
  }

  /** Like `settled`, rejecting with the failure. */
  async needSaved(): Promise<void> {
    await this.settled();
    if (this.failure !== null) throw new AppFailure(this.failure);
  }

  retry(): void {
    if (this.failure !== null) this.#queue.retry();
  }

  /** Retries the failed write. Rejects with AppFailure `unsaved` while anything is not in the file. */
  async needNothingUnsaved(): Promise<void> {
    this.#writeProgress();
    this.retry();
    await this.settled();
    if (this.failure !== null) throw unsaved(this.path, this.#queue.length, this.failure);
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
    for (const timer of this.#timers) clearInterval(timer);
    this.#hub.flush();
    const apart = await this.#store.close();
    if (apart !== null) this.#hub.send('problem', { error: inTwoFiles(this.path, apart), run: null });
  }

  #entry(id: RunId): Entry {
    const entry = this.#entries.get(id);
    if (entry) return entry;
    throw new AppFailure({ code: 'not-found', message: say`session: there is no run "${asIs(id)}"` });
  }

  /** A failed fork has already been removed. */
  async #remove(id: RunId): Promise<void> {
    try {
      await this.#store.deleteRun(id);
    } catch (error) {
      if (!(error instanceof AppFailure) || error.appError.code !== 'not-found') throw error;
    }
  }

  #push(what: Message, write: () => Promise<void>): void {
    if (this.#store.readOnly) return;
    this.#queue.push({ what, write });
  }

  #write(id: RunId, entry: Entry, change: RunChange): void {
    const { cursor, facts, stepSeconds, warmupSeconds, peakBytes } = entry.stored;
    const progress = entry.dirty ? { cursor, facts, stepSeconds, warmupSeconds, peakBytes } : {};
    entry.dirty = false;
    this.#push(say`a run`, () =>
      this.has(id) ? this.#store.updateRun(id, { ...progress, ...change }) : Promise.resolve(),
    );
  }

  #writeProgress(): void {
    for (const [id, entry] of this.#entries) if (entry.dirty) this.#write(id, entry, {});
  }

  /** A file that was moved or removed is a failed write like any other: it stops the race, is reported once, and is retried. */
  async #look(): Promise<void> {
    if (this.#store.readOnly || this.#queue.state !== 'saved') return;
    const found = await this.#store.verify();
    if (!found.ok && found.error.code === 'not-found')
      this.#push(say`the session`, async () => void unwrap(await this.#store.verify()));
  }

  #saved(state: WriteState): void {
    if (state === 'saving') return;
    const before = this.#shownState;
    this.#shownState = state;
    if (typeof state === 'object') {
      const isNew = typeof before !== 'object' || english(before.failed.message) !== english(state.failed.message);
      if (!isNew) return;
      this.#hub.send('session/changed', this.state());
      this.#onFailure(state.failed);
    } else if (typeof before === 'object') {
      this.#hub.send('session/changed', this.state());
    }
  }
}
