// The engines of a race by run, and how all of them are ended. Independent of the schedule; stores nothing.
import type { TaskData } from '../../engine/data/labelled.ts';
import type { Span } from '../../engine/spec/remaining.ts';
import type { RunId } from '../../protocol/state.ts';
import { afterAwake } from '../engines/awake.ts';
import type { EngineRun } from '../engines/engine-run.ts';
import type { TrainingCursor } from '../../engine/spec/training-cursor.ts';

export interface Racer {
  readonly engine: EngineRun;
  /** What it was prepared with; null = no text. */
  readonly text: TaskData | null;
  /** Step of the checkpoint it continued from, until its first slice: points after it are forgotten then. */
  rewindTo: number | null;
  /** Remaining seconds if it has the machine to itself, as last reported by its engine. */
  secondsLeft: Span | null;
  /** Seconds from the start of its process until it could train; null while that is under way. */
  prepared: number | null;
  readonly startedAt: number;
  /** Step of its newest `latest` checkpoint. */
  savedStep: number;
}

const fresh = () => ({ secondsLeft: null, prepared: null, startedAt: performance.now() });

export class Racers {
  readonly #racers = new Map<RunId, Racer>();

  /** An engine that continued from a checkpoint with this cursor; null = it begins. */
  add(run: RunId, engine: EngineRun, from: TrainingCursor | null, text: TaskData | null): void {
    // The checkpoint before the first evaluation; there was no point yet.
    const untouched = from === null || (from.step === 0 && from.best === null);
    const rewindTo = untouched ? -1 : from.step;
    this.#racers.set(run, { engine, text, rewindTo, ...fresh(), savedStep: from?.step ?? -1 });
  }

  get(run: RunId): Racer | undefined {
    return this.#racers.get(run);
  }

  /** Throws if the run has none, which is a bug in the schedule. */
  need(run: RunId): Racer {
    const racer = this.#racers.get(run);
    if (racer) return racer;
    throw new Error(`race: ${run} must have an engine`);
  }

  /** Forgets it; the caller handles its process. */
  take(run: RunId): Racer | undefined {
    const racer = this.#racers.get(run);
    this.#racers.delete(run);
    return racer;
  }

  /** Saves what is under way and ends every engine, by force after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    const all = [...this.#racers.values()].map(leave);
    const late = Promise.withResolvers<void>();
    const callOff = afterAwake(graceMs, late.resolve);
    await Promise.race([Promise.allSettled(all), late.promise]);
    callOff();
    await Promise.all([...this.#racers.values()].map(({ engine }) => engine.kill()));
    this.#racers.clear();
  }
}

async function leave({ engine, rewindTo }: Racer): Promise<void> {
  engine.send({ type: 'yield' });
  if (rewindTo === null) await engine.save();
  await engine.exit();
}
