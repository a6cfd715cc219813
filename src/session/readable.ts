// Ways to read a session that was left as it is: with its write-ahead log, where SQLite can put its shared memory beside the file; where
// it cannot (a full disk, a folder that cannot be written) through a private copy, so that what was committed last is always shown.
import { asIs, say } from '../engine/core/say.ts';
import { existsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asAppError, failure } from './failures.ts';
import { copyPrivate, isBeingWritten, isInWalMode, temporaryFolder } from './files/index.ts';
import { isSqliteError, openImmutable, openReadOnly, openWritable } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** Primary result codes of a file whose company SQLite could not make: no permission, read-only, full, cannot open; and no room for it. */
const noCompany: readonly number[] = [3, 8, 13, 14];
const noRoomForCompany = 4874;

const lacksCompany = (error: unknown): boolean =>
  isSqliteError(error) && (noCompany.includes(error.errcode & 0xff) || error.errcode === noRoomForCompany);

const logBytes = (path: string): number => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;

/** The file through `plain`, or through `other` when SQLite could not make what it needs beside the file. */
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

/** A connection for what never changes in a file: whose it is and its version. Its log may be left out. */
export const openHeader = (path: string): Database => openOr(path, undefined, () => openImmutable(path));

/**
 * A connection that never writes and sees all that was committed. Throws AppFailure `disk-full` when a copy is needed and has no place
 * either.
 */
export const openReadable = (path: string, busy?: number): Database =>
  openOr(path, busy, () => (logBytes(path) === 0 ? openImmutable(path) : openCopy(path)));

/** Up to here a file with a log that nobody has open is read from a copy. */
const largestCopy = 512 * 2 ** 20;

/** A file in WAL mode that nobody writes and that has no log. */
const isAtRest = (path: string): boolean => isInWalMode(path) && !isBeingWritten(path);

/**
 * As openReadable, and leaves the file and its folder as they are: SQLite makes a log and shared memory for every reader of a file in
 * WAL mode. Without a log such a file is complete by itself; a log that a crash left behind is read with it from a copy.
 */
export function openUntouched(path: string): Database {
  if (!existsSync(`${path}-wal`)) return isAtRest(path) ? openImmutable(path) : openReadable(path);
  // Shared memory beside it: somebody has it open, or had when it was cut off.
  const shared = existsSync(`${path}-shm`);
  return shared || statSync(path).size + logBytes(path) > largestCopy ? openReadable(path) : openCopy(path);
}

/** The file and its log in the system's temporary folder, folded there; gone when the connection is closed. */
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
 * The file for one reader who has it alone: SQLite then keeps in memory what it would put beside the file, so a full disk does not
 * matter. For the owner of the writer lock only.
 */
export function openAlone(path: string): Database {
  const db = openWritable(path);
  db.exec('PRAGMA locking_mode=EXCLUSIVE');
  return db;
}
