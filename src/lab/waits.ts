// What runs under way are doing since their engines last spoke: waiting for a turn, or being prepared. Only the lab can tell, since an engine
// that waits says nothing and a run in the queue has none. Independent of files.
import type { TimePart } from '../engine/spec/time-account.ts';
import type { RunId } from '../protocol/state.ts';
import type { Lane } from './scheduler.ts';

/** Seconds of a part that no cursor holds yet. */
export interface Meanwhile {
  readonly part: TimePart;
  readonly seconds: number;
}

const seconds = (): number => performance.now() / 1000;

export class Waits {
  readonly #since = new Map<RunId, number>();

  /** The lanes of now: who is new begins to wait. */
  note(lanes: readonly Lane[]): void {
    const at = seconds();
    const runs = new Set(lanes.map(({ run }) => run));
    for (const run of this.#since.keys()) if (!runs.has(run)) this.#since.delete(run);
    for (const { run } of lanes) if (!this.#since.has(run)) this.#since.set(run, at);
  }

  /** Its cursor is of this moment. */
  spoke(run: RunId): void {
    this.#since.set(run, seconds());
  }

  /** Seconds a run has waited for its engine, which is started now. */
  begin(run: RunId): number {
    const waited = seconds() - (this.#since.get(run) ?? seconds());
    this.spoke(run);
    return waited;
  }

  /** Null while its engine speaks for itself, and for a run that is not under way. */
  meanwhile({ run, phase, afterSlice }: Lane): Meanwhile | null {
    const since = this.#since.get(run);
    if (since === undefined || phase === 'training' || phase === 'held') return null;
    if (phase === 'waiting' && afterSlice === 'held') return null;
    return { part: phase === 'preparing' ? 'preparation' : 'waiting', seconds: seconds() - since };
  }
}
