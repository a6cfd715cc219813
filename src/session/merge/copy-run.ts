// Everything that belongs to one run, row by row into another file: numbers of rows change, contents do not. Checksums are compared on the way.
import { unwrap } from '../../engine/core/result.ts';
import { verifiedBytes } from '../checkpoints.ts';
import { verifiedPoints } from '../metrics/codec.ts';
import { all, blobOf, numberOf, one, prepared, textOf } from '../sqlite.ts';
import type { Database, Row } from '../sqlite.ts';
import type { TableName } from '../schema.ts';

type Values = Readonly<Record<string, string | number | null>>;

/** Columns of `to` that `from` has too: an earlier format lacks some, which stay empty as after a migration. */
function sharedColumns(from: Row, to: Database, table: TableName): readonly string[] {
  const names = all(to, `SELECT name FROM pragma_table_info('${table}')`).map((row) => textOf(row, 'name'));
  return names.filter((name) => Object.hasOwn(from, name));
}

/** Copies a row with some values changed; `own` is the column that numbers the rows, whose new value is returned. */
export function copyRow(to: Database, table: TableName, row: Row, change: Values, own: string | null): number {
  const columns = sharedColumns(row, to, table).filter((name) => name !== own);
  const marks = columns.map(() => '?').join(', ');
  const returning = own === null ? '' : ` RETURNING ${own}`;
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks})${returning}`;
  const values = columns.map((name) => (Object.hasOwn(change, name) ? (change[name] ?? null) : (row[name] ?? null)));
  const made = one(to, sql, ...values);
  return own === null || made === undefined ? 0 : numberOf(made, own);
}

/** One row after the other: checkpoints are large. */
function eachRow(from: Database, sql: string, key: number, work: (row: Row) => void): void {
  const ids = all(from, sql, key);
  for (const row of ids) work(row);
}

function copyCurves(from: Database, key: number, to: Database, toKey: number): void {
  eachRow(from, 'SELECT * FROM metric_series WHERE run = ? ORDER BY id', key, (series) => {
    const made = copyRow(to, 'metric_series', series, { run: toKey }, 'id');
    const id = numberOf(series, 'id');
    eachRow(from, 'SELECT * FROM metric_chunks WHERE series = ? ORDER BY start', id, (chunk) => {
      const madeChunk = copyRow(to, 'metric_chunks', chunk, { series: made }, 'id');
      const points = one(from, 'SELECT * FROM metric_points WHERE chunk = ?', numberOf(chunk, 'id'));
      if (points) copyRow(to, 'metric_points', whole(points), { chunk: madeChunk }, null);
    });
    eachRow(from, 'SELECT * FROM metric_tail WHERE series = ? ORDER BY start', id, (tail) => {
      copyRow(to, 'metric_tail', whole(tail), { series: made }, null);
    });
  });
}

function whole(row: Row): Row {
  verifiedPoints(blobOf(row, 'data'), numberOf(row, 'crc'));
  return row;
}

function copyCheckpoints(from: Database, key: number, to: Database, toKey: number): void {
  eachRow(from, 'SELECT id FROM checkpoints WHERE run = ? ORDER BY id', key, (entry) => {
    const row = one(from, 'SELECT * FROM checkpoints WHERE id = ?', numberOf(entry, 'id'));
    if (!row) return;
    unwrap(verifiedBytes(row));
    copyRow(to, 'checkpoints', row, { run: toKey }, 'id');
  });
}

/** Earlier formats have no table for some of it. */
const hasTable = (db: Database, table: TableName): boolean =>
  one(db, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", table) !== undefined;

/** The run with this row; returns its number in `to`. */
export function copyRun(from: Database, row: Row, to: Database, change: Values): number {
  const key = numberOf(row, 'key');
  const made = copyRow(to, 'runs', row, change, 'key');
  copyCurves(from, key, to, made);
  copyCheckpoints(from, key, to, made);
  for (const table of ['samples', 'answers'] as const) {
    if (!hasTable(from, table)) continue;
    eachRow(from, `SELECT * FROM ${table} WHERE run = ? ORDER BY id`, key, (shown) => {
      copyRow(to, table, shown, { run: made }, 'id');
    });
  }
  return made;
}

/** Texts that a person had asked another copy of a run for. */
export function addSamples(from: Database, key: number, upTo: number, to: Database, toKey: number): void {
  eachRow(from, `SELECT * FROM samples WHERE run = ? AND step <= ${upTo} ORDER BY id`, key, (row) => {
    const known = prepared(
      to,
      'SELECT 1 FROM samples WHERE run = ? AND step = ? AND prompt = ? AND temperature = ? AND seed = ? AND text = ?',
    );
    const { step = null, prompt = null, temperature = null, seed = null, text = null } = row;
    if (known.get(toKey, step, prompt, temperature, seed, text) === undefined)
      copyRow(to, 'samples', row, { run: toKey }, 'id');
  });
}

/** Texts that travel with a session. */
export function copyTexts(from: Database, to: Database, verified: (row: Row) => unknown): void {
  if (!hasTable(from, 'texts')) return;
  for (const entry of all(from, 'SELECT id, sha256 FROM texts ORDER BY id')) {
    if (one(to, 'SELECT 1 FROM texts WHERE sha256 = ?', textOf(entry, 'sha256'))) continue;
    const row = one(from, 'SELECT * FROM texts WHERE id = ?', numberOf(entry, 'id'));
    if (!row) continue;
    verified(row);
    copyRow(to, 'texts', row, {}, 'id');
  }
}
