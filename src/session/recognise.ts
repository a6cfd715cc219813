// Checks whether an open file is a session of this program, and of which format, before any other query of a connection.
import { asIs, say } from '../engine/core/say.ts';
import { applicationId } from './application-id.ts';
import { failure } from './failures.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import type { Migration } from './migrations/index.ts';
import { requireOwnSchema } from './own-schema.ts';
import { applicationOf, distrust, versionOf } from './schema.ts';
import { isSqliteError, primaryCode, scalar, sqliteCode } from './sqlite.ts';
import type { Database } from './sqlite.ts';

export const latestOf = (migrations: readonly Migration[]): number =>
  Math.max(...migrations.map((step) => step.version));

/** Whether readers can do without everything that a file of this version lacks. */
export const isReadable = (version: number, migrations: readonly Migration[] = allMigrations): boolean =>
  migrations.every((step) => step.version <= version || step.additive === true);

/**
 * Fails if the open file is not a session of this program with an intact schema, or is from a newer version; returns its version otherwise.
 * Called before any other query, so that nothing of a foreign schema is executed.
 */
export function requireSession(db: Database, path: string, migrations = allMigrations): number {
  const latest = latestOf(migrations);
  distrust(db);
  const application = headerOf(db, path);
  if (application !== applicationId) {
    const got =
      application === 0 ? say`an SQLite file of no program` : say`application id ${asIs(String(application))}`;
    throw failure(
      'damaged-file',
      say`session: ${asIs(path)} must be a session of minRNN Lab (application id ${asIs(String(applicationId))}), got ${got}`,
      say`Open a file that this program has saved.`,
    );
  }
  const version = versionOf(db);
  if (version > latest) {
    throw failure(
      'newer-version',
      say`session: ${asIs(path)} must have format ${latest} or older, got format ${version}`,
      say`Open it with the version of the program that wrote it, or a newer one.`,
    );
  }
  if (version < 1)
    throw failure('damaged-file', say`session: ${asIs(path)} must have a format from 1 to ${latest}, got ${version}`);
  requireOwnSchema(db, path, migrations, version);
  return version;
}

function headerOf(db: Database, path: string): number {
  try {
    scalar(db, 'PRAGMA schema_version');
    return applicationOf(db);
  } catch (error) {
    if (!isSqliteError(error) || primaryCode(error) !== sqliteCode.notADatabase) throw error;
    throw failure(
      'damaged-file',
      say`session: ${asIs(path)} must be an SQLite file, got something else`,
      say`Check the path.`,
    );
  }
}
