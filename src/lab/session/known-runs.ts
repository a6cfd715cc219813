// The runs of the open session: what the file holds of each, and what is true only now. Front ends hear of every change. Independent of the
// file and of writing.
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import type { RunId, RunState } from '../../protocol/state.ts';
import type { StoredRun } from '../../session/store.ts';
import type { EventHub } from '../event-hub.ts';
import { liveAtRest, runState, type LiveRun } from '../runs/run-states.ts';

export type RunChange = Partial<Omit<StoredRun, 'id' | 'spec'>>;

/** What progress changes. */
type Progress = Pick<StoredRun, 'cursor' | 'facts' | 'stepSeconds' | 'warmupSeconds' | 'peakBytes'>;

interface Entry {
  stored: StoredRun;
  live: LiveRun;
  /** Changed by progress and not written yet. */
  dirty: boolean;
}

export class KnownRuns {
  readonly #hub: EventHub;
  readonly #entries = new Map<RunId, Entry>();

  constructor(hub: EventHub) {
    this.#hub = hub;
  }

  all(): readonly StoredRun[] {
    return [...this.#entries.values()].map((entry) => entry.stored);
  }

  states(): readonly RunState[] {
    return [...this.#entries.values()].map(({ stored, live }) => runState(stored, live));
  }

  has(id: RunId): boolean {
    return this.#entries.has(id);
  }

  stored(id: RunId): StoredRun {
    return this.#entry(id).stored;
  }

  live(id: RunId): LiveRun {
    return this.#entry(id).live;
  }

  state(id: RunId): RunState {
    const { stored, live } = this.#entry(id);
    return runState(stored, live);
  }

  add(stored: StoredRun, live: LiveRun): void {
    this.#entries.set(stored.id, { stored, live, dirty: false });
  }

  /** False if it is not there. */
  remove(id: RunId): boolean {
    return this.#entries.delete(id);
  }

  change(id: RunId, change: RunChange): void {
    const entry = this.#entry(id);
    entry.stored = { ...entry.stored, ...change };
    this.#hub.runChanged(runState(entry.stored, entry.live));
  }

  /** Progress: shown now, written soon. */
  progress(id: RunId, change: RunChange, live: Partial<LiveRun>): void {
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

  /** Runs with progress that is not written yet. */
  dirty(): readonly RunId[] {
    return [...this.#entries].flatMap(([id, { dirty }]) => (dirty ? [id] : []));
  }

  /** Progress that is not written yet; the caller writes it. */
  takeProgress(id: RunId): Partial<Progress> {
    const entry = this.#entry(id);
    const { cursor, facts, stepSeconds, warmupSeconds, peakBytes } = entry.stored;
    const progress = entry.dirty ? { cursor, facts, stepSeconds, warmupSeconds, peakBytes } : {};
    entry.dirty = false;
    return progress;
  }

  #entry(id: RunId): Entry {
    const entry = this.#entries.get(id);
    if (entry) return entry;
    throw new AppFailure({ code: 'not-found', message: say`session: there is no run "${asIs(id)}"` });
  }
}
