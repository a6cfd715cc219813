// A session file of the current format, open for writing by the owner of its lock: it is closed with its log merged, and with the time it had
// if nothing was changed.
import type { AppError } from '../engine/core/result.ts';
import { asIs, say } from '../engine/core/say.ts';
import { fileId, keepTimes } from './files/index.ts';
import type { WriterLock } from './files/index.ts';
import { asAppError, failure } from './failures.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import { orUndo, requireSound, type OpenSession } from './opened.ts';
import { patiently } from './patience.ts';
import { requireSession } from './recognise.ts';
import { configureWriter } from './schema.ts';
import { openWritable, scalar } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** Merges the log into the file; returns why it stays next to it if that fails. An active reader only delays it. */
function foldLog(db: Database, path: string, inPlace: boolean): AppError | null {
  try {
    db.exec('PRAGMA busy_timeout=100; PRAGMA synchronous=FULL');
    // Side files at the old name of a moved or removed file may belong to another file by now, so they are not removed.
    patiently(path, () => db.exec(inPlace ? 'PRAGMA journal_mode=DELETE' : 'PRAGMA wal_checkpoint(TRUNCATE)'));
    return null;
  } catch (error) {
    const known = asAppError(error);
    if (known === null) throw error;
    return known.code === 'conflict' ? null : known;
  }
}

function closeWriter(
  db: Database,
  path: string,
  lock: WriterLock,
  inPlace: boolean,
  untouched: () => void,
): AppError | null {
  // Opening a file must not change its time: the list of sessions shows the last real change.
  const changed = scalar(db, 'SELECT total_changes()') > 0;
  try {
    return foldLog(db, path, inPlace);
  } finally {
    try {
      db.close();
      if (!changed && inPlace) untouched();
    } finally {
      lock.release();
    }
  }
}

const moved = (path: string): Error =>
  failure(
    'not-found',
    say`session: its file must be at ${asIs(path)}, got ${fileId(path) === null ? say`none` : say`another file`}: it was moved or removed while open`,
    say`Put the file back, or save the session under a new name: everything so far is kept until it is closed.`,
  );

/** Opens a file of the current format for writing by the owner of `lock`, which is released when the session is closed. */
export function openLocked(path: string, lock: WriterLock, migrations = allMigrations): OpenSession {
  lock.follow();
  const id = fileId(path);
  const untouched = keepTimes(path);
  const db = openWritable(path);
  return orUndo(
    () => db.close(),
    () => {
      requireSession(db, path, migrations);
      requireSound(db, path);
      configureWriter(db);
      // Opens the log as well: from now on everything can be read and copied even if the file is moved.
      scalar(db, 'SELECT count(*) FROM sqlite_schema');
      // If opening for writing fails temporarily, SQLite silently returns a read-only connection, which must not be used as a writer.
      db.exec('BEGIN; PRAGMA user_version=0; ROLLBACK');
      untouched();
      const inPlace = (): boolean => fileId(path) === id;
      const requireInPlace = (): void => {
        if (!inPlace()) throw moved(path);
      };
      const close = (): AppError | null => closeWriter(db, path, lock, inPlace(), untouched);
      return { path, db, readOnly: false, problem: null, requireInPlace, close };
    },
  );
}
