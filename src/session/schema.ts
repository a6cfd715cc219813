// The constants of session files: the fixed numbers in the header and the settings of a connection.
import { migrations } from './migrations/index.ts';
import { scalar } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** Format of the files this program writes, in user_version (bytes 60..63). */
export const formatVersion = Math.max(...migrations.map((migration) => migration.version));

/** Tables ordered with parents before children. */
export const tables = [
  'session',
  'runs',
  'metric_series',
  'metric_chunks',
  'metric_points',
  'metric_tail',
  'checkpoints',
  'samples',
  'answers',
  'events',
  'texts',
] as const;

export type TableName = (typeof tables)[number];

/** Largest write-ahead log kept on disk between commits, bytes. */
const journalLimit = 64 * 2 ** 20;

/** Settings of the one writing connection. */
export function configureWriter(db: Database): void {
  db.exec('PRAGMA journal_mode=WAL');
  db.exec(`PRAGMA journal_size_limit=${journalLimit}`);
  db.exec('PRAGMA foreign_keys=ON; PRAGMA fullfsync=ON; PRAGMA trusted_schema=OFF; PRAGMA cache_size=-32768');
}

/** For every connection before its first query, since a file may come from anywhere. */
export function distrust(db: Database): void {
  db.exec('PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON');
}

export function configureReader(db: Database): void {
  db.exec('PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA cache_size=-16384');
}

export const versionOf = (db: Database): number => scalar(db, 'PRAGMA user_version');
export const applicationOf = (db: Database): number => scalar(db, 'PRAGMA application_id');
