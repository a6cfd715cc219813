// One writer per file, whatever its name: exclusive SQLite locks on two empty files, one next to the session and one in a local folder,
// named by the file's device and number. The operating system drops them when the process dies, however it dies, so there is nothing to
// clean up and no process id to guess about. Independent of the session itself.
import { asIs, say } from '../../engine/core/say.ts';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../failures.ts';
import { isSqliteError, openReadOnly, openWritable } from '../sqlite.ts';
import type { Database } from '../sqlite.ts';
import { companions, fileId } from './names.ts';
import { machineFolder } from './private.ts';

export interface WriterLock {
  /** Called when another file has the name now: locks that one as well. */
  follow(): void;
  release(): void;
}

const busyCodes: readonly number[] = [5, 6];
/** SQLITE_READONLY_DBMOVED; a removed file also shows as one of several input/output errors. */
const movedCode = 1032;
const waitMilliseconds = 150;
const attempts = 3;

const isBusy = (error: unknown): boolean => isSqliteError(error) && busyCodes.includes(error.errcode & 0xff);

/** `moved`: SQLite noticed that the file was removed between opening and locking it. */
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

/**
 * Holds the lock file; null if another process does. The returned function releases it. The file stays: a lock on a file that was just
 * removed would protect nothing, and this cannot be detected, since file numbers are reused at once.
 */
export function lockFile(file: string, wait = waitMilliseconds): (() => void) | null {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const db = openWritable(file, wait);
    const outcome = tryLock(db);
    if (outcome === 'busy') return null;
    if (outcome === 'locked') return () => db.close();
  }
  throw failure('io-error', say`session: ${asIs(file)} must be lockable, got input and output errors`);
}

/**
 * The lock file next to a session or an unfinished file; it is removed by its owner, so that a folder of closed sessions contains nothing
 * else. It is for programs without the other lock; between processes of this machine the lock of the file itself decides.
 */
export function lockBeside(file: string, wait = waitMilliseconds): (() => void) | null {
  const release = lockFile(file, wait);
  const id = fileId(file);
  if (release === null) return null;
  const remove = (): void => {
    try {
      if (fileId(file) === id) rmSync(file, { force: true });
    } catch {
      // Another process has it open: the empty file stays and the next owner uses it.
    }
  };
  return () => {
    // Windows cannot remove an open file; elsewhere removing it while locked leaves no gap for a second owner.
    if (process.platform === 'win32') release();
    remove();
    if (process.platform !== 'win32') release();
  };
}

function isLocked(file: string): boolean {
  if (!existsSync(file)) return false;
  const db = openReadOnly(file, 0);
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    db.close();
  }
}

const nameLock = (path: string): string => `${path}-lock`;

/** Lock file of the file itself; null if there is no such file, or no folder for locks on this machine. */
function identityLock(path: string): string | null {
  const id = fileId(path);
  const folder = id === null ? null : machineFolder();
  return id === null || folder === null ? null : join(folder, `${id}-lock`);
}

const elsewhere = (path: string): Error =>
  failure(
    'conflict',
    say`session: ${asIs(path)} must be open for writing once, got a file that is written under another name`,
  );

/**
 * An older program, or another user's, holds no lock for the file itself. If it writes the file under another name it has SQLite's lock,
 * and no log is next to this name: an exclusive lock then fails.
 */
export function refuseOtherNames(path: string): void {
  if (companions.some((suffix) => existsSync(path + suffix))) return;
  const alone = openWritable(path, waitMilliseconds);
  try {
    alone.exec('PRAGMA locking_mode=EXCLUSIVE');
    alone.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    // Unreadable files are refused by the code that reads them, with its own message.
    if (isBusy(error)) throw elsewhere(path);
  } finally {
    alone.close();
  }
}

/** The lock to write the file at `path`, existing or not, or a `conflict` failure if another process has it. */
export function acquireWriterLock(path: string): WriterLock {
  const taken = (): Error =>
    failure('conflict', say`session: ${asIs(path)} must be open for writing once, got a second writer`);
  const held = new Map<string, () => void>();
  const release = (): void => {
    for (const giveBack of [...held.values()].reverse()) giveBack();
    held.clear();
  };
  const take = (file: string | null, lock: typeof lockBeside, refusal: (path: string) => Error): void => {
    if (file === null || held.has(file)) return;
    const giveBack = lock(file);
    if (giveBack === null) throw refusal(path);
    held.set(file, giveBack);
  };
  try {
    take(nameLock(path), lockBeside, taken);
    take(identityLock(path), lockFile, elsewhere);
    if (fileId(path) !== null) refuseOtherNames(path);
  } catch (error) {
    release();
    throw error;
  }
  return { follow: () => take(identityLock(path), lockFile, elsewhere), release };
}

/** Runs `work` with the lock of the file at `path`. Throws `conflict` if another process has it. */
export function withWriterLock<T>(path: string, work: () => T): T {
  const lock = acquireWriterLock(path);
  try {
    return work();
  } finally {
    lock.release();
  }
}

/** True when a living process has the file open for writing, under this name or another. */
export function isBeingWritten(path: string): boolean {
  return isLocked(nameLock(path)) || isWrittenByIdentity(path);
}

function isWrittenByIdentity(path: string): boolean {
  const file = identityLock(path);
  return file !== null && isLocked(file);
}

/** Throws `conflict` if the file is written under another name: its latest changes are in a log next to that name. */
export function requireReadableHere(path: string): void {
  if (isWrittenByIdentity(path) && !isLocked(nameLock(path))) {
    throw failure(
      'conflict',
      say`session: ${asIs(path)} must be read under the name it is written under, got another name of a file in use`,
      say`Close it in the other program, or open it under the name it is open under there.`,
    );
  }
  refuseOtherNames(path);
}
