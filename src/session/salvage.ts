// Copies the readable part of a damaged file into a new file: table by table, row by row, from both ends if the middle is lost. The damaged
// file is only read. Depends on the names of the tables, not on their meaning.
import { asIs, type Message, say } from '../engine/core/say.ts';
import { join } from 'node:path';
import { applicationId } from './application-id.ts';
import { failure, isDamage } from './failures.ts';
import { temporaryFolder } from './files/index.ts';
import { readHead } from './head.ts';
import { mendMetrics } from './metrics/mend.ts';
import { applyMigrations } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { isOwnTable } from './own-schema.ts';
import { readRuns, unreadableRuns } from './runs.ts';
import { distrust, tables } from './schema.ts';
import { readAnswers, readSamples } from './showing.ts';
import type { TableName } from './schema.ts';
import { openReadable } from './readable.ts';
import { all, numberOf, openWritable, prepared, run, scalar, textOf } from './sqlite.ts';
import type { Database, Row } from './sqlite.ts';

export interface Salvage {
  readonly db: Database;
  /** Rows that could be read, by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Closes and removes the private copy. */
  readonly dispose: () => void;
}

/** Makes SQLite tolerate pages that the header lists but the file lacks. */
function openDamaged(path: string): Database {
  const db = openReadable(path);
  distrust(db);
  // Absent before Node 24.12, which needs no switch.
  db.enableDefensive?.(false);
  db.exec('PRAGMA writable_schema=ON; PRAGMA cell_size_check=ON; PRAGMA query_only=ON');
  return db;
}

const placeColumn = 'place_in_the_table';

function columnsOf(db: Database, table: TableName): readonly string[] {
  return all(db, `SELECT name FROM pragma_table_info('${table}')`).map((row) => textOf(row, 'name'));
}

/** Passes rows to `take` until the end or the first damage; true at the end. Pages that point back to earlier ones count as damage. */
function walk(source: Database, sql: string, direction: 1 | -1, take: (row: Row) => void): boolean {
  let before = -Infinity;
  try {
    for (const row of source.prepare(sql).iterate()) {
      const at = direction * numberOf(row, placeColumn);
      if (at <= before) return false;
      before = at;
      take(row);
    }
    return true;
  } catch (error) {
    // An integer beyond JavaScript's range is not a value of this program.
    if (isDamage(error) || error instanceof RangeError) return false;
    throw error;
  }
}

/** Only a table that is exactly one of ours is read: anything else of that name could execute code. */
function copyTable(source: Database, target: Database, table: TableName): number {
  const known = new Set(readColumns(source, table));
  const columns = columnsOf(target, table).filter((name) => known.has(name));
  if (columns.length === 0) return 0;
  const marks = columns.map(() => '?').join(', ');
  const insert = prepared(target, `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${marks})`);
  let copied = 0;
  const take = (row: Row): void => {
    try {
      copied += Number(insert.run(...columns.map((name) => row[name] ?? null)).changes);
    } catch {
      // A row that breaks a rule of the format (a wrong type, text that is no JSON) is part of the damage.
    }
  };
  const select = `SELECT rowid AS ${placeColumn}, ${columns.join(', ')} FROM ${table} NOT INDEXED ORDER BY rowid`;
  if (!walk(source, select, 1, take)) walk(source, `${select} DESC`, -1, take);
  return copied;
}

function readColumns(source: Database, table: TableName): readonly string[] {
  try {
    return migrations.some(({ version }) => isOwnTable(source, table, migrations, version))
      ? columnsOf(source, table)
      : [];
  } catch (error) {
    if (isDamage(error)) return [];
    throw error;
  }
}

/** Leaves only rows whose owners were found. */
function mend(target: Database): void {
  target.exec(`
    DELETE FROM metric_points WHERE chunk NOT IN (SELECT id FROM metric_chunks);
    DELETE FROM metric_chunks WHERE id NOT IN (SELECT chunk FROM metric_points);
    DELETE FROM metric_series WHERE run NOT IN (SELECT key FROM runs);
    DELETE FROM metric_chunks WHERE series NOT IN (SELECT id FROM metric_series);
    DELETE FROM metric_points WHERE chunk NOT IN (SELECT id FROM metric_chunks);
    DELETE FROM metric_tail WHERE series NOT IN (SELECT id FROM metric_series);
    DELETE FROM checkpoints WHERE run NOT IN (SELECT key FROM runs);
    DELETE FROM samples WHERE run NOT IN (SELECT key FROM runs);
    DELETE FROM answers WHERE run NOT IN (SELECT key FROM runs);
    UPDATE session SET baseline = NULL WHERE baseline NOT IN (SELECT id FROM runs);
    INSERT OR IGNORE INTO session (id, name, note, created) VALUES (1, 'recovered', '', '');`);
}

/** Invalid rows would hide all others. */
function dropUnreadable(target: Database): void {
  for (const key of unreadableRuns(target)) run(target, 'DELETE FROM runs WHERE key = ?', key);
  unlessDamaged(() => readHead(target), 'UPDATE session SET experiment = NULL');
  for (const { id } of readRuns(target)) {
    unlessDamaged(() => readSamples(target, id), 'UPDATE samples SET detail = NULL');
    unlessDamaged(() => readAnswers(target, id), 'DELETE FROM answers');
  }

  function unlessDamaged(look: () => unknown, cure: string): void {
    try {
      look();
    } catch (error) {
      if (!isDamage(error)) throw error;
      target.exec(cure);
    }
  }
}

function fill(source: Database, target: Database): Record<string, number> {
  target.exec('PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF');
  target.exec(`PRAGMA application_id=${applicationId}`);
  applyMigrations(target, migrations);
  target.exec('BEGIN');
  const rows: Record<string, number> = {};
  for (const table of tables) rows[table] = copyTable(source, target, table);
  dropUnreadable(target);
  mend(target);
  mendMetrics(target);
  target.exec('COMMIT');
  return rows;
}

/** The readable part of the damaged session at `path`, or a `damaged-file` failure if not even its runs are readable. */
export function salvage(path: string, found: Message): Salvage {
  const folder = temporaryFolder('salvage');
  const target = openWritable(join(folder.path, 'salvaged.rnnlab'));
  const dispose = (): void => {
    target.close();
    folder.remove();
  };
  try {
    const source = openDamaged(path);
    try {
      const rows = fill(source, target);
      const { session } = rows;
      const some = scalar(target, 'SELECT count(*) FROM runs') > 0 || (session !== undefined && session > 0);
      if (!some)
        throw failure(
          'damaged-file',
          say`session: ${asIs(path)} must be readable, got ${found}, and no run can be recovered`,
        );
      return { db: target, rows, dispose };
    } finally {
      source.close();
    }
  } catch (error) {
    dispose();
    throw error;
  }
}
