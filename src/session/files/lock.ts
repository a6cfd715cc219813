// One writer a file, whatever the file is called: exclusive SQLite locks on two empty files, one beside the session and one in a
// folder of this machine named by the file's device and number. The operating system drops them when the process dies, however it
// dies, so there is nothing to clean up and no process id to guess about. Independent of the session itself.
import { asIs, say } from '../../engine/core/say.ts';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../failures.ts';
import { isSqliteError, openReadOnly, openWritable } from '../sqlite.ts';
import type { Database } from '../sqlite.ts';
import { companions, fileId } from './names.ts';
import { machineFolder } from './private.ts';

export interface WriterLock {
  /** To be called when another file has taken the name: that one is locked as well. */
  follow(): void;
  release(): void;
}

const busyCodes: readonly number[] = [5, 6];
/** SQLITE_READONLY_DBMOVED; a removed file also shows as one of several input/output errors. */
const movedCode = 1032;
const waitMilliseconds = 150;
const attempts = 3;

const isBusy = (error: unknown): boolean => isSqliteError(error) && busyCodes.includes(error.errcode & 0xff);

/** `moved`: between opening the file and locking it somebody removed it, and SQLite noticed. */
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
 * Holds the lock file; null when somebody else does. What is returned gives it back. The file stays: a lock on a file that its former
 * owner has just removed would keep nobody out, and who has it cannot tell, since numbers of files are used again at once.
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
 * The lock beside a session or an unfinished file, which goes with its owner: a folder of sessions holds nothing but sessions at rest. It is for programs that
 * know no other lock; between processes of this machine the lock of the file itself decides.
 */
export function lockBeside(file: string, wait = waitMilliseconds): (() => void) | null {
  const release = lockFile(file, wait);
  const id = fileId(file);
  if (release === null) return null;
  const remove = (): void => {
    try {
      if (fileId(file) === id) rmSync(file, { force: true });
    } catch {
      // Somebody is looking at it: an empty file stays and the next owner uses it.
    }
  };
  return () => {
    // Windows refuses to remove an open file; elsewhere removing it while it is locked leaves no moment for a second owner.
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

/** Lock file of the file itself; null when there is no such file, or no place for locks on this machine. */
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
 * An older program, or one of another user, left no lock for the file itself. Whoever writes it under another name has SQLite's own
 * lock on it, and nothing is beside this name: to have it alone for a moment fails then.
 */
export function refuseOtherNames(path: string): void {
  if (companions.some((suffix) => existsSync(path + suffix))) return;
  const alone = openWritable(path, waitMilliseconds);
  try {
    alone.exec('PRAGMA locking_mode=EXCLUSIVE');
    alone.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    // What cannot be read at all is refused by those who read it, in their own words.
    if (isBusy(error)) throw elsewhere(path);
  } finally {
    alone.close();
  }
}

/** The right to write the file at `path`, there already or not, or a `conflict` failure when somebody else has it. */
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

/** Runs `work` with the right to write the file at `path`. Throws `conflict` when somebody else has it. */
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

/** Throws `conflict` when the file is written under another name: what was written last is in a log beside that name. */
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
