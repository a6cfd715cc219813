// Creates and opens session files: header, version, lock, migration, integrity; and the fallback if one of them fails.
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

/** Leaves no files behind; if the disk has no space for that, ignores data that are only in the log. */
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

/** Checks the pages, and the content of every row that opening a session reads. */
function requireSound(db: Database, path: string): void {
  requireWhole(db, path);
  readHead(db);
  readRuns(db);
}

/** For an unknown format only the pages can be checked. */
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

/** For viewing without writing: the log is read in place and the file is locked exclusively. */
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
    say`Open it once for writing: it is converted to the current format and the old file is kept next to it.`,
  );

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

/** Damage with a readable header; a file that is not a session has nothing to salvage. */
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

/** See SessionFiles.create: the file is created atomically. Throws AppFailure. */
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
        // If it cannot be written (the disk is full now), it is removed again.
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
