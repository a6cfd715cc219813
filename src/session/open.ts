// Opens session files: lock, version, migration, integrity; and the fallback if one of them fails.
// Everything here runs inside the worker thread. Independent of runs and metrics.
import type { AppError, AppFailure } from '../engine/core/result.ts';
import { asIs, say } from '../engine/core/say.ts';
import { acquireWriterLock, existingFile, requireReadableHere } from './files/index.ts';
import { applicationId } from './application-id.ts';
import { requireReadable } from './evidence.ts';
import { asAppError, failure, isDamage } from './failures.ts';
import { migrateFile } from './migrate.ts';
import type { MigrationListener } from './migrate.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import type { Migration } from './migrations/index.ts';
import { openLocked } from './open-writer.ts';
import { orUndo, requireSound, requireWhole, viewing, type OpenSession } from './opened.ts';
import { mayBeWritten } from './patience.ts';
import { openAlone, openHeader, openReadable, openUntouched } from './readable.ts';
import { isReadable, latestOf, requireSession } from './recognise.ts';
import { salvage } from './salvage.ts';
import { applicationOf, configureReader, versionOf } from './schema.ts';
import type { Database } from './sqlite.ts';

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
