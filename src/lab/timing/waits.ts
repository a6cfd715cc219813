// What runs have been doing since their engine's last report: waiting for a turn, or being prepared. Only the lab knows this, since a
// waiting engine sends nothing and a queued run has none. Independent of files.
import type { TimePart } from '../../engine/spec/time-account.ts';
import type { RunId } from '../../protocol/state.ts';
import type { Lane } from '../race/scheduler.ts';

/** Seconds of a part that are not in a cursor yet. */
export interface Meanwhile {
  readonly part: TimePart;
  readonly seconds: number;
}

const seconds = (): number => performance.now() / 1000;

export class Waits {
  readonly #since = new Map<RunId, number>();

  /** The current lanes: a new one starts waiting. */
  note(lanes: readonly Lane[]): void {
    const at = seconds();
    const runs = new Set(lanes.map(({ run }) => run));
    for (const run of this.#since.keys()) if (!runs.has(run)) this.#since.delete(run);
    for (const { run } of lanes) if (!this.#since.has(run)) this.#since.set(run, at);
  }

  /** Its cursor is up to date. */
  spoke(run: RunId): void {
    this.#since.set(run, seconds());
  }

  /** Seconds a run has waited for its engine, which is started now. */
  begin(run: RunId): number {
    const waited = seconds() - (this.#since.get(run) ?? seconds());
    this.spoke(run);
    return waited;
  }

  /** Null while its engine reports itself, and for a run that is not under way. */
  meanwhile({ run, phase, afterSlice }: Lane): Meanwhile | null {
    const since = this.#since.get(run);
    if (since === undefined || phase === 'training' || phase === 'held') return null;
    if (phase === 'waiting' && afterSlice === 'held') return null;
    return { part: phase === 'preparing' ? 'preparation' : 'waiting', seconds: seconds() - since };
  }
}
