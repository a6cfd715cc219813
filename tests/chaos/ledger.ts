// Records the promises of two labs: which points were announced for which file, and which note was reported as saved. It only reads answers
// and events; the required content of the files follows from them.
import type { LabEvents } from '../../src/protocol/lab.ts';
import type { RunId, RunState, SessionState } from '../../src/protocol/state.ts';

interface FilePromise {
  readonly points: Map<RunId, Set<number>>;
  /** Number of the last note that was answered "saved". */
  savedNote: number;
}

/** The promises of one lab, from its events. Save as transfers the promises to the new file. */
export class Ledger {
  readonly #files: Map<string, FilePromise>;
  readonly #steps = new Map<RunId, number>();
  #path: string | null = null;
  #waiting: (() => void)[] = [];

  /** `files` is shared by the labs. */
  constructor(files: Map<string, FilePromise>) {
    this.#files = files;
  }

  get path(): string | null {
    return this.#path;
  }

  #file(path: string): FilePromise {
    const known = this.#files.get(path) ?? { points: new Map(), savedNote: 0 };
    this.#files.set(path, known);
    return known;
  }

  session(state: SessionState | null, moved: boolean): void {
    const before = this.#path;
    this.#path = state?.path ?? null;
    if (state === null) return;
    const now = this.#file(state.path);
    if (moved && before !== null && before !== state.path) {
      const old = this.#file(before);
      for (const [run, steps] of old.points) now.points.set(run, new Set([...(now.points.get(run) ?? []), ...steps]));
      now.savedNote = Math.max(now.savedNote, old.savedNote);
      this.#files.delete(before);
    }
    const ids = new Set(state.runs.map((run) => run.id));
    for (const run of now.points.keys()) if (!ids.has(run)) now.points.delete(run);
    this.runs(state.runs);
  }

  /** A run that went back to a checkpoint repeats the following steps. */
  runs(runs: readonly RunState[]): void {
    if (this.#path === null) return;
    const { points } = this.#file(this.#path);
    for (const { id, step } of runs) {
      const known = points.get(id);
      if (known && step < (this.#steps.get(id) ?? 0)) for (const at of known) if (at > step) known.delete(at);
      this.#steps.set(id, step);
    }
  }

  appended({ run, columns }: LabEvents['metrics/appended']): void {
    if (this.#path === null) return;
    const { points } = this.#file(this.#path);
    const known = points.get(run) ?? new Set();
    points.set(run, known);
    for (const wake of this.#waiting.splice(0)) wake();
    for (const { metric, step } of columns) if (metric === 'train/loss') for (const at of step) known.add(at);
  }

  /** Resolves when points are announced, or after `ms` if nothing trains. */
  async nextPoints(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
  }

  noteSaved(path: string, note: number): void {
    const file = this.#file(path);
    file.savedNote = Math.max(file.savedNote, note);
  }

  forget(path: string): void {
    this.#files.delete(path);
  }

  /** The lab was killed: it restarts without a session. */
  died(): void {
    this.#path = null;
    this.#steps.clear();
  }
}

export type Promises = ReadonlyMap<string, FilePromise>;
