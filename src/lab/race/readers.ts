// Keeps reading engines of finished runs for a while, since a person who asks once often asks again. Independent of the schedule; the
// caller queues the request.
import type { TaskData } from '../../engine/data/labelled.ts';
import type { RunId } from '../../protocol/state.ts';
import type { EngineRun } from '../engines/engine-run.ts';

/** Milliseconds that one is kept after its last use. */
const stayMs = 60_000;

type Engine = Pick<EngineRun, 'gone' | 'kill'>;

interface Kept<E> {
  readonly engine: E;
  /** What it was prepared with; null = no text. */
  readonly text: TaskData | null;
  readonly end: NodeJS.Timeout;
}

export class Readers<E extends Engine = EngineRun> {
  readonly #kept = new Map<RunId, Kept<E>>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  keep(run: RunId, engine: E, text: TaskData | null): void {
    void this.drop(run);
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined && this.#kept.size >= this.#most) void this.drop(oldest);
    const end = setTimeout(() => void this.drop(run), stayMs);
    end.unref();
    this.#kept.set(run, { engine, text, end });
    void engine.gone.then(() => {
      if (this.#kept.get(run)?.engine === engine) void this.drop(run);
    });
  }

  /** The engine that reads this run with this text; null if none is ready. The caller then owns it. */
  take(run: RunId, text: TaskData | null): E | null {
    const kept = this.#kept.get(run);
    if (kept === undefined) return null;
    if (kept.text !== text) {
      void this.drop(run);
      return null;
    }
    clearTimeout(kept.end);
    this.#kept.delete(run);
    return kept.engine;
  }

  /** Resolves when its process is gone. */
  async drop(run: RunId): Promise<void> {
    const kept = this.#kept.get(run);
    if (kept === undefined) return;
    clearTimeout(kept.end);
    this.#kept.delete(run);
    await kept.engine.kill();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#kept.keys()].map((run) => this.drop(run)));
  }
}
