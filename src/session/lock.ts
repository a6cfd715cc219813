// One writer a file: an exclusive SQLite lock on an empty file beside the session. The operating system drops it when the process
// dies, however it dies, so there is nothing to clean up and no process id to guess about. It knows nothing of the session itself.
import { existsSync, rmSync } from 'node:fs';
import { failure } from './failures.ts';
import { openReadable } from './readable.ts';
import { isSqliteError, openWritable } from './sqlite.ts';
import type { Database } from './sqlite.ts';

export interface WriterLock {
  release(): void;
}

const lockPath = (path: string): string => `${path}-lock`;
const busyCodes: readonly number[] = [5, 6];
/** SQLITE_READONLY_DBMOVED; a removed file also shows as one of several input/output errors. */
const movedCode = 1032;
const waitMilliseconds = 150;
const attempts = 3;

const isBusy = (error: unknown): boolean => isSqliteError(error) && busyCodes.includes(error.errcode & 0xff);

/**
 * `moved`: between opening the file and locking it the former owner removed it. SQLite notices that when a transaction begins to
 * write, so an uncommitted write proves that the locked file is the one others see.
 */
function tryLock(db: Database): 'locked' | 'busy' | 'moved' {
  try {
    db.exec(`PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE; PRAGMA user_version=${process.pid}`);
    return 'locked';
  } catch (error) {
    db.close();
    if (isBusy(error)) return 'busy';
    if (isSqliteError(error) && (error.errcode === movedCode || (error.errcode & 0xff) === 10)) return 'moved';
    throw error;
  }
}

function release(db: Database, path: string): void {
  // Windows refuses to remove an open file; elsewhere removing it while it is locked leaves no moment for a second owner.
  if (process.platform === 'win32') db.close();
  try {
    rmSync(path, { force: true });
  } catch {
    // Somebody is looking at it: an empty file stays and the next owner uses it.
  }
  if (process.platform !== 'win32') db.close();
}

/** The right to write the session at `path`, or a `conflict` failure when somebody else has it. */
export function acquireWriterLock(path: string): WriterLock {
  const file = lockPath(path);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const db = openWritable(file, waitMilliseconds);
    const outcome = tryLock(db);
    if (outcome === 'locked') return { release: () => release(db, file) };
    if (outcome === 'busy') {
      throw failure('conflict', `session: ${path} must be open for writing once, got a second writer`);
    }
  }
  throw failure('permission', `session: ${file} must be lockable, got input and output errors`);
}

/** True when a living process has the session open for writing. */
export function isBeingWritten(path: string): boolean {
  const file = lockPath(path);
  if (!existsSync(file)) return false;
  const db = openReadable(file, 0);
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    db.close();
  }
}
