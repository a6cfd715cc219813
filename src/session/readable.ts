// Ways to read a session without changing it: with its write-ahead log if SQLite can create shared memory next to the file; otherwise (a
// full disk, a read-only folder) through a private copy, so that the latest commits are always shown.
import { asIs, say } from '../engine/core/say.ts';
import { existsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asAppError, failure } from './failures.ts';
import { copyPrivate, isBeingWritten, isInWalMode, temporaryFolder } from './files/index.ts';
import { isSqliteError, openImmutable, openReadOnly, openWritable } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** Primary result codes when SQLite could not create its side files: no permission, read-only, full, cannot open; or no space. */
const noCompany: readonly number[] = [3, 8, 13, 14];
const noRoomForCompany = 4874;

const lacksCompany = (error: unknown): boolean =>
  isSqliteError(error) && (noCompany.includes(error.errcode & 0xff) || error.errcode === noRoomForCompany);

const logBytes = (path: string): number => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;

/** The file through `plain`, or through `other` if SQLite could not create its side files. */
function openOr(path: string, busy: number | undefined, other: () => Database): Database {
  const plain = openReadOnly(path, busy);
  try {
    plain.prepare('PRAGMA schema_version').get();
    return plain;
  } catch (error) {
    if (!lacksCompany(error)) return plain;
    plain.close();
    return other();
  }
}

/** A connection for the constant parts of a file: application id and version. Its log may be ignored. */
export const openHeader = (path: string): Database => openOr(path, undefined, () => openImmutable(path));

/**
 * A read-only connection that sees all commits. Throws AppFailure `disk-full` if a copy is needed and does not fit on the disk either.
 */
export const openReadable = (path: string, busy?: number): Database =>
  openOr(path, busy, () => (logBytes(path) === 0 ? openImmutable(path) : openCopy(path)));

/** Up to this size a file with a log that is not open is read from a copy. */
const largestCopy = 512 * 2 ** 20;

/** A file in WAL mode that is not being written and has no log. */
const isAtRest = (path: string): boolean => isInWalMode(path) && !isBeingWritten(path);

/**
 * As openReadable, but leaves the file and its folder unchanged: SQLite creates a log and shared memory for every reader of a file in WAL
 * mode. Without a log the file is complete; a log left by a crash is read with it from a copy.
 */
export function openUntouched(path: string): Database {
  if (!existsSync(`${path}-wal`)) return isAtRest(path) ? openImmutable(path) : openReadable(path);
  // Shared memory next to it: it is open elsewhere, or was when its process was killed.
  const shared = existsSync(`${path}-shm`);
  return shared || statSync(path).size + logBytes(path) > largestCopy ? openReadable(path) : openCopy(path);
}

/** A copy of the file and its log in the system's temporary folder, merged there; removed when the connection is closed. */
function openCopy(path: string): Database {
  const folder = temporaryFolder('view');
  try {
    const copy = join(folder.path, 'view.rnnlab');
    for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) copyPrivate(path + suffix, copy + suffix);
    fold(copy);
    const db = openImmutable(copy);
    const close = db.close.bind(db);
    db.close = () => {
      close();
      folder.remove();
    };
    return db;
  } catch (error) {
    folder.remove();
    if (asAppError(error)?.code !== 'disk-full') throw error;
    throw failure(
      'disk-full',
      say`session: reading ${asIs(path)} needs room for a copy in ${asIs(tmpdir())}, and that disk is full`,
    );
  }
}

function fold(copy: string): void {
  const db = openWritable(copy);
  try {
    db.exec('PRAGMA journal_mode=DELETE');
  } finally {
    db.close();
  }
}

/**
 * The file for one exclusive reader: SQLite then keeps its side files in memory, so a full disk does not matter. For the owner of the
 * writer lock only.
 */
export function openAlone(path: string): Database {
  const db = openWritable(path);
  db.exec('PRAGMA locking_mode=EXCLUSIVE');
  return db;
}
