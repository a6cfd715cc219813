// An open session file, and what every way of opening one needs: undoing what was begun, and the checks of what is read first.
import type { AppError } from '../engine/core/result.ts';
import { asIs, joined, say } from '../engine/core/say.ts';
import { failure } from './failures.ts';
import { readHead } from './head.ts';
import { integrityProblems } from './integrity.ts';
import { readRuns } from './runs.ts';
import type { Database } from './sqlite.ts';

export interface OpenSession {
  /** The requested file with links resolved; `db` reads a private copy if the file is damaged. */
  readonly path: string;
  readonly db: Database;
  readonly readOnly: boolean;
  readonly problem: AppError | null;
  /** Throws AppFailure if the open file is no longer the one at `path`. */
  readonly requireInPlace: () => void;
  /** Why the log could not be merged: the latest commits are in the log next to the file. Null = merged. */
  readonly close: () => AppError | null;
}

/** Open for reading. Closing reports nothing, since nothing was written. */
export function viewing(path: string, db: Database, problem: AppError | null, work: () => void): OpenSession {
  const close = (): null => {
    work();
    return null;
  };
  return { path, db, readOnly: true, problem, requireInPlace: () => undefined, close };
}

/** Runs `make`; on failure whatever `undo` releases is released, and the failure continues. */
export function orUndo<T>(undo: () => void, make: () => T): T {
  try {
    return make();
  } catch (error) {
    undo();
    throw error;
  }
}

export function requireWhole(db: Database, path: string): void {
  const problems = integrityProblems(db, 'open');
  if (problems.length === 0) return;
  throw failure('damaged-file', say`session: ${asIs(path)} must be whole, got ${joined(problems.slice(0, 3), '; ')}`);
}

/** Checks the pages, and the content of every row that opening a session reads. */
export function requireSound(db: Database, path: string): void {
  requireWhole(db, path);
  readHead(db);
  readRuns(db);
}
