// Converts a file to the current format: on a private copy, checked, and put in place atomically, with the old file kept next to it.
import { joined, say } from '../engine/core/say.ts';
import { existsSync } from 'node:fs';
import { publish, unfinished } from './files/index.ts';
import { failure } from './failures.ts';
import type { Migration } from './migrations/index.ts';
import { integrityProblems } from './integrity.ts';
import { versionOf } from './schema.ts';
import { openReadable } from './readable.ts';
import { openWritable, run, write } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** Called with the name of each migration that was applied; tests use it to see that none is left untried. */
export type MigrationListener = (name: string) => void;

/** Applies what is missing, one transaction a step; the version in the header changes with the step it belongs to. */
export function applyMigrations(db: Database, migrations: readonly Migration[], onApplied?: MigrationListener): void {
  const missing = migrations
    .filter((migration) => migration.version > versionOf(db))
    .sort((a, b) => a.version - b.version);
  for (const migration of missing) {
    write(db, 'full', () => {
      migration.apply(db);
      db.exec(`PRAGMA user_version=${migration.version}`);
    });
    onApplied?.(migration.name);
  }
}

/** Path of the backup before a migration. */
export const backupPath = (path: string, version: number): string => `${path}.v${version}.backup`;

/** An earlier backup is never replaced: `…backup`, `…backup-2`, … */
function freeBackupPath(path: string, version: number): string {
  const first = backupPath(path, version);
  if (!existsSync(first)) return first;
  for (let i = 2; ; i++) if (!existsSync(`${first}-${i}`)) return `${first}-${i}`;
}

/** Merges the write-ahead log into the file, so that the file alone is the session. */
function settle(path: string): void {
  const db = openWritable(path);
  try {
    db.exec('PRAGMA journal_mode=DELETE');
  } finally {
    db.close();
  }
}

function copyInto(path: string, target: string): void {
  const db = openReadable(path);
  try {
    run(db, 'VACUUM INTO ?', target);
  } finally {
    db.close();
  }
}

/**
 * Migrates the file at `path`, which must not be written in the meantime. On failure the file is unchanged; on success the old one is at
 * `backupPath`.
 */
export function migrateFile(path: string, migrations: readonly Migration[], onApplied?: MigrationListener): void {
  settle(path);
  unfinished(path, 'backup', (backup) =>
    unfinished(path, 'migrating', (work) => {
      copyInto(path, backup);
      copyInto(path, work);
      const version = migrateCopy(work, migrations, onApplied);
      publish(backup, freeBackupPath(path, version), false);
      publish(work, path, true);
    }),
  );
}

/** The version the copy had before. */
function migrateCopy(work: string, migrations: readonly Migration[], onApplied?: MigrationListener): number {
  const db = openWritable(work);
  try {
    const version = versionOf(db);
    applyMigrations(db, migrations, onApplied);
    const problems = integrityProblems(db, 'full');
    if (problems.length > 0) {
      throw failure(
        'damaged-file',
        say`session: format ${version} must migrate without damage, got ${joined(problems, '; ')}`,
      );
    }
    return version;
  } finally {
    db.close();
  }
}
