// The only place where complete files are created, renamed or removed: first the writer lock, then the complete new file, flushed, then the
// swap, then the folder flushed. Whatever happens in between, either the old or the new file exists. No file that SQLite may have open in
// this process is opened as a plain file: closing it would drop SQLite's locks (sqlite.org/howtocorrupt.html).
import { asIs, say } from '../../engine/core/say.ts';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { asAppError, failure } from '../failures.ts';
import { openWritable } from '../sqlite.ts';
import { lockBeside, withWriterLock } from './lock.ts';
import { besideName, companions } from './names.ts';
import { copyPrivate, makeFolder } from './private.ts';

/** How long to wait for a reader, milliseconds. */
const readerWait = 200;

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

function flush(path: string): void {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes a rename in the folder survive a power cut. Windows has no such call and needs none. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The failure of a name that is in use. */
export const taken = (path: string): Error =>
  failure(
    'conflict',
    say`session: the name must be free, got an existing file: ${asIs(path)}`,
    say`Choose another name or allow replacing it.`,
  );

/**
 * Gives the finished file `temporary` its name atomically. Fails with `conflict` if a file exists and may not be replaced. For a name that
 * others may be writing: use within `withWriterLock`, or `publishOver`.
 */
export function publish(temporary: string, path: string, overwrite: boolean): void {
  flush(temporary);
  if (overwrite && existsSync(path)) {
    if (!settle(path)) setAside(path);
    renameSync(temporary, path);
  } else {
    if (existsSync(path)) throw taken(path);
    setAside(path);
    linkOrRename(temporary, path);
  }
  flushFolder(dirname(path));
}

/** Like `publish`, but refuses to replace a file that is being written. */
export function publishOver(temporary: string, path: string, overwrite: boolean): void {
  withWriterLock(path, () => publish(temporary, path, overwrite));
}

function linkOrRename(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw taken(path);
    // File systems without hard links (FAT, some network disks): the preceding check is the best that is possible.
    renameSync(temporary, path);
    return;
  }
  rmSync(temporary);
}

const besideOf = (path: string): readonly string[] =>
  companions.map((suffix) => path + suffix).filter((beside) => existsSync(beside));

/** Merges the log of an SQLite file into it, so that the file alone is the session. False if that fails: damage, a full disk. */
function settle(path: string): boolean {
  if (besideOf(path).length === 0) return true;
  try {
    const db = openWritable(path, readerWait);
    try {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      db.exec('PRAGMA journal_mode=DELETE');
    } finally {
      db.close();
    }
  } catch (error) {
    if (asAppError(error) === null) throw error;
  }
  return besideOf(path).every((beside) => beside.endsWith('-shm') || statSync(beside).size === 0);
}

/** A leftover log would corrupt another file of this name, so it is renamed, unless it is empty. */
function setAside(path: string): void {
  for (const suffix of companions) {
    const beside = path + suffix;
    const facts = statSync(beside, { throwIfNoEntry: false });
    if (facts === undefined) continue;
    if (facts.size === 0 || suffix === '-shm') rmSync(beside, { force: true });
    else renameSync(beside, besideName(beside, 'left'));
  }
}

/** Removes an internal file: an unfinished copy with its side files. */
export function removeDatabase(path: string): void {
  for (const suffix of ['', ...companions]) rmSync(`${path}${suffix}`, { force: true });
}

/** The purpose of an unfinished file next to `path`. */
export const purposes = ['copy', 'new', 'backup', 'migrating'] as const;

/**
 * Runs `make` with a temporary name next to `path`, and removes what is left of it. Its lock shows cleaners that the maker is alive.
 */
export function unfinished<T>(path: string, purpose: (typeof purposes)[number], make: (temporary: string) => T): T {
  const temporary = besideName(path, purpose);
  const giveBack = lockBeside(`${temporary}-lock`);
  try {
    return make(temporary);
  } finally {
    try {
      removeDatabase(temporary);
    } finally {
      giveBack?.();
    }
  }
}

/** Renames an unusable file in the same folder, where a person finds it. */
export function keepBeside(path: string, why: string): void {
  renameSync(path, besideName(path, why));
}

/** Removes a small internal file; a missing one is no failure. */
export function discard(path: string): void {
  rmSync(path, { force: true });
}

/** Removes a session that is not being written. */
export function removeSession(path: string): void {
  withWriterLock(path, () => {
    removeDatabase(path);
    flushFolder(dirname(path));
  });
}

/** Moves a session that is not being written to an unused name, across disks by copying. */
export function moveSession(from: string, to: string): void {
  makeFolder(dirname(to));
  withWriterLock(from, () => {
    if (existsSync(to)) throw taken(to);
    setAside(to);
    if (settle(from)) setAside(from);
    for (const beside of besideOf(from)) moveOne(beside, to + beside.slice(from.length));
    moveOne(from, to);
    flushFolder(dirname(to));
    flushFolder(dirname(from));
  });
}

function moveOne(from: string, to: string): void {
  try {
    linkOrRename(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error;
    copyThenRemove(from, to);
  }
}

function copyThenRemove(from: string, to: string): void {
  unfinished(to, 'copy', (temporary) => {
    copyPrivate(from, temporary);
    flush(temporary);
    linkOrRename(temporary, to);
  });
  rmSync(from);
}
