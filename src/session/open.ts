// Makes and opens session files: header, version, lock, migration, integrity; and what to fall back on when one of them says no.
// Everything here runs inside the worker thread. Independent of runs and metrics.
import { existsSync } from 'node:fs';
import type { AppFailure } from '../engine/core/result.ts';
import { asIs, joined, say } from '../engine/core/say.ts';
import type { AppError } from '../engine/core/result.ts';
import {
  keepTimes,
  acquireWriterLock,
  canonicalPath,
  existingFile,
  fileId,
  publish,
  removeDatabase,
  requireReadableHere,
  taken,
  unfinished,
} from './files/index.ts';
import type { WriterLock } from './files/index.ts';
import { applicationId } from './application-id.ts';
import { requireReadable } from './evidence.ts';
import { asAppError, failure, isDamage } from './failures.ts';
import { insertHead, readHead } from './head.ts';
import { integrityProblems } from './integrity.ts';
import { applyMigrations, migrateFile } from './migrate.ts';
import type { MigrationListener } from './migrate.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import type { Migration } from './migrations/index.ts';
import { isReadable, latestOf, requireSession } from './recognise.ts';
import { readRuns } from './runs.ts';
import { salvage } from './salvage.ts';
import { applicationOf, configureReader, configureWriter, versionOf } from './schema.ts';
import { mayBeWritten, patiently } from './patience.ts';
import { openAlone, openHeader, openReadable, openUntouched } from './readable.ts';
import { openWritable, scalar, write } from './sqlite.ts';
import type { Database } from './sqlite.ts';
import type { SessionHead } from './store.ts';

export interface OpenSession {
  /** The file as it was asked for, links resolved; `db` reads a private copy when the file is damaged. */
  readonly path: string;
  readonly db: Database;
  readonly readOnly: boolean;
  readonly problem: AppError | null;
  /** Throws AppFailure when the file that is written is no longer the one at `path`. */
  readonly requireInPlace: () => void;
  /** Why the file is not alone now: what was committed last is in the log beside it. Null = it is alone. */
  readonly close: () => AppError | null;
}

/** Open for reading. It closes without a word about it: nothing was written. */
function viewing(path: string, db: Database, problem: AppError | null, work: () => void): OpenSession {
  const close = (): null => {
    work();
    return null;
  };
  return { path, db, readOnly: true, problem, requireInPlace: () => undefined, close };
}

export interface OpenOptions {
  readonly readOnly?: boolean;
  /** Reads a file of an older format as it is, for a copy of it. */
  readonly older?: boolean;
  /** The history of the format; tests bring their own. */
  readonly migrations?: readonly Migration[];
  readonly onMigration?: MigrationListener;
}

/** Without a trace beside the file; on a disk with no room for a look, without what is only in the log. */
function openToInspect(path: string): Database {
  try {
    return openUntouched(path);
  } catch (error) {
    if (asAppError(error)?.code !== 'disk-full') throw error;
    return openHeader(path);
  }
}

/** The version of the session at `path`; the connection is closed again. */
function inspect(path: string, migrations: readonly Migration[]): number {
  const db = openToInspect(path);
  try {
    return requireSession(db, path, migrations);
  } finally {
    db.close();
  }
}

/** Runs `make`; on failure whatever `undo` releases is released, and the failure continues. */
function orUndo<T>(undo: () => void, make: () => T): T {
  try {
    return make();
  } catch (error) {
    undo();
    throw error;
  }
}

function requireWhole(db: Database, path: string): void {
  const problems = integrityProblems(db, 'open');
  if (problems.length === 0) return;
  throw failure('damaged-file', say`session: ${asIs(path)} must be whole, got ${joined(problems.slice(0, 3), '; ')}`);
}

/** Pages that are whole, and rows that hold what they must: every row that opening a session reads. */
function requireSound(db: Database, path: string): void {
  requireWhole(db, path);
  readHead(db);
  readRuns(db);
}

/** Of a format that readers do not understand only the pages can be judged. */
function openReader(path: string, options: OpenOptions, problem: AppError | null): OpenSession {
  const migrations = options.migrations ?? allMigrations;
  const db = openUntouched(path);
  return orUndo(
    () => db.close(),
    () => {
      const version = requireSession(db, path, migrations);
      const readable = isReadable(version, migrations);
      if (!readable && options.older !== true) throw olderThan(path, version, latestOf(migrations));
      if (readable) requireSound(db, path);
      else requireWhole(db, path);
      configureReader(db);
      return viewing(path, db, problem, () => db.close());
    },
  );
}

/** For viewing, without a byte written: the log is read where it is and nobody else has the file meanwhile. */
function openOnFullDisk(path: string, migrations: readonly Migration[]): OpenSession {
  const problem = fullDisk(path).appError;
  const lock = acquireWriterLock(path);
  return orUndo(
    () => lock.release(),
    () => {
      const db = openAlone(path);
      return orUndo(
        () => db.close(),
        () => {
          requireSession(db, path, migrations);
          requireSound(db, path);
          configureReader(db);
          const close = (): void => {
            db.close();
            lock.release();
          };
          return viewing(path, db, problem, close);
        },
      );
    },
  );
}

const fullDisk = (path: string): AppFailure =>
  failure(
    'disk-full',
    say`session: ${asIs(path)} is open for viewing only, because its disk is full`,
    say`Free some space on that disk and open the session again; everything saved before is still there.`,
  );

const olderThan = (path: string, version: number, latest: number): Error =>
  failure(
    'unsupported',
    say`session: ${asIs(path)} must have format ${latest} to be read, got format ${version}`,
    say`Open it once for writing: it is brought to the present format and the old file is kept beside it.`,
  );

/** Folds the log into the file; why it stays beside it when that fails. A reader that is still there only postpones it. */
function foldLog(db: Database, path: string, inPlace: boolean): AppError | null {
  try {
    db.exec('PRAGMA busy_timeout=100; PRAGMA synchronous=FULL');
    // What is beside the name of a file that was moved or removed may be another file's by now: nothing there is taken away.
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
  // Opening a file is no change of what is in it: a list of sessions says when something was last done in one.
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
    say`session: its file must be at ${asIs(path)}, got ${fileId(path) === null ? say`none` : say`another file`}: it was moved or removed while it was open`,
    say`Put the file back, or save the session under a new name: everything so far is kept until it is closed.`,
  );

/** Of the present format, open for writing by the owner of `lock`, which is given back when the session is closed. */
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
      // Opens the log as well: from now on everything can be read and copied even when the file loses its name.
      scalar(db, 'SELECT count(*) FROM sqlite_schema');
      // An open for writing that fails for a moment gives a connection that only reads, without a word: it must not be taken for a writer.
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

function openWriter(path: string, migrations: readonly Migration[], options: OpenOptions): OpenSession {
  const lock = acquireWriterLock(path);
  return orUndo(
    () => lock.release(),
    () => {
      if (inspect(path, migrations) < latestOf(migrations)) migrateFile(path, migrations, options.onMigration);
      return openLocked(path, lock, migrations);
    },
  );
}

function openSalvaged(path: string, problem: AppError): OpenSession {
  const { db, dispose } = salvage(path, problem.message);
  return orUndo(dispose, () => {
    configureReader(db);
    return viewing(path, db, problem, dispose);
  });
}

/** Damage that leaves the header readable; a file that is not a session at all has nothing to salvage. */
function isSession(path: string): boolean {
  const db = openReadable(path);
  try {
    db.enableDefensive?.(false);
    db.exec('PRAGMA writable_schema=ON');
    return applicationOf(db) === applicationId && versionOf(db) >= 1;
  } catch {
    return false;
  } finally {
    db.close();
  }
}

function openWhole(path: string, options: OpenOptions): OpenSession {
  const migrations = options.migrations ?? allMigrations;
  if (options.readOnly === true) return openReader(path, options, null);
  const version = inspect(path, migrations);
  try {
    return openWriter(path, migrations, options);
  } catch (error) {
    const known = asAppError(error);
    if (!isReadable(version, migrations)) throw error;
    if (known?.code === 'disk-full') return openOnFullDisk(path, migrations);
    if (known?.code !== 'permission' || mayBeWritten(path)) throw error;
    return openReader(path, options, known);
  }
}

/** See SessionFiles.open. Throws AppFailure. */
export function openSession(file: string, options: OpenOptions = {}): OpenSession {
  const path = existingFile(file);
  requireReadableHere(path);
  try {
    return openWhole(path, options);
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  requireReadable(path);
  try {
    return openWhole(path, options);
  } catch (error) {
    const known = asAppError(error);
    if (known === null || !isDamage(error) || !isSession(path)) throw error;
    return openSalvaged(path, known);
  }
}

/** See SessionFiles.create: the file appears complete or not at all. Throws AppFailure. */
export function createSession(file: string, head: SessionHead, migrations = allMigrations): OpenSession {
  const path = canonicalPath(file);
  if (existsSync(path)) throw taken(path);
  return unfinished(path, 'new', (temporary) => {
    fillNew(temporary, head, migrations);
    const lock = acquireWriterLock(path);
    return orUndo(
      () => lock.release(),
      () => {
        publish(temporary, path, false);
        // When it cannot be written (its disk is full now), it goes again.
        return orUndo(
          () => removeDatabase(path),
          () => patiently(path, () => openLocked(path, lock, migrations)),
        );
      },
    );
  });
}

function fillNew(path: string, head: SessionHead, migrations: readonly Migration[]): void {
  const db = openWritable(path);
  try {
    db.exec(`PRAGMA application_id=${applicationId}`);
    applyMigrations(db, migrations);
    write(db, 'full', () => insertHead(db, head));
  } finally {
    db.close();
  }
}
