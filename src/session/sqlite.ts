// The only place that loads node:sqlite, and the small helpers every query goes through. Independent of tables.
// The module is still experimental in some Node versions; only that warning is suppressed.
import { pathToFileURL } from 'node:url';
import type * as sqliteModule from 'node:sqlite';
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import * as v from 'valibot';
import { parseJson } from '../engine/core/json.ts';
import { AppFailure } from '../engine/core/result.ts';
import { asIs, type MessageValue, say, term } from '../engine/core/say.ts';
import { issueWords } from '../protocol/issue-words.ts';
import { makePrivate } from './files/private.ts';

export type Database = DatabaseSync;
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** `normal`: survives the death of the process; `full`: survives a power cut as well. */
export type Durability = 'full' | 'normal';

const busyMilliseconds = 5000;

function loadQuietly(): typeof sqliteModule {
  const original = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    if (String(warning).includes('SQLite is an experimental feature')) return;
    Reflect.apply(original, process, [warning, ...rest]);
  };
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = original;
  }
}

let loaded: typeof sqliteModule | null = null;
const sqlite = (): typeof sqliteModule => (loaded ??= loadQuietly());

/** A connection that may write. A missing file is created, readable by its owner only. */
export function openWritable(path: string, busy = busyMilliseconds): Database {
  makePrivate(path);
  return new (sqlite().DatabaseSync)(path, { timeout: busy });
}

/** An in-memory database. */
export const openInMemory = (): Database => new (sqlite().DatabaseSync)(':memory:');

/** A connection that never writes. SQLite creates side files for a file in WAL mode, and fails at the first query if it cannot. */
export const openReadOnly = (path: string, busy = busyMilliseconds): Database =>
  new (sqlite().DatabaseSync)(path, { readOnly: true, timeout: busy });

/** The file alone, as immutable: without its log and without a lock. */
export function openImmutable(path: string): Database {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  return new (sqlite().DatabaseSync)(url, { readOnly: true });
}

export interface SqliteError extends Error {
  readonly code: 'ERR_SQLITE_ERROR';
  /** SQLite's extended result code; the low byte is the primary one. */
  readonly errcode: number;
}

export const isSqliteError = (error: unknown): error is SqliteError =>
  error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR' && 'errcode' in error;

/** Primary result codes (sqlite.org/rescode.html) that are asked for by name. */
export const sqliteCode = { corrupt: 11, notADatabase: 26 } as const;

/** Without what the extended code adds. */
export const primaryCode = (error: SqliteError): number => error.errcode & 0xff;

const statements = new WeakMap<Database, Map<string, StatementSync>>();

/** The statement, compiled once per connection. */
export function prepared(db: Database, sql: string): StatementSync {
  let cache = statements.get(db);
  if (!cache) statements.set(db, (cache = new Map<string, StatementSync>()));
  let statement = cache.get(sql);
  if (!statement) cache.set(sql, (statement = db.prepare(sql)));
  return statement;
}

/** An integer beyond JavaScript's range, or a sum beyond SQLite's, was not written by this program. */
function inRange<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const tooLarge = error instanceof RangeError || (isSqliteError(error) && error.message === 'integer overflow');
    if (!tooLarge) throw error;
    throw new AppFailure({
      code: 'damaged-file',
      message: say`session: values must be readable, got a number beyond all bounds (${asIs(error.message)})`,
    });
  }
}

export const all = (db: Database, sql: string, ...values: SQLInputValue[]): readonly Row[] =>
  inRange(() => prepared(db, sql).all(...values));
export const one = (db: Database, sql: string, ...values: SQLInputValue[]): Row | undefined =>
  inRange(() => prepared(db, sql).get(...values));
/** Number of rows changed. */
export const run = (db: Database, sql: string, ...values: SQLInputValue[]): number =>
  Number(prepared(db, sql).run(...values).changes);

/** Value of a one-number query or pragma; 0 where it has none, as for the largest of no rows. */
export function scalar(db: Database, sql: string, ...values: SQLInputValue[]): number {
  const [value = null] = Object.values(one(db, sql, ...values) ?? {});
  return value === null ? 0 : Number(value);
}

/** Runs `work` atomically; it is committed with the stated durability when this returns. */
export function write<T>(db: Database, durability: Durability, work: () => T): T {
  db.exec(durability === 'full' ? 'PRAGMA synchronous=FULL' : 'PRAGMA synchronous=NORMAL');
  if (db.isTransaction) db.exec('ROLLBACK');
  db.exec('BEGIN IMMEDIATE');
  try {
    const value = work();
    db.exec('COMMIT');
    return value;
  } catch (error) {
    rollBack(db);
    throw error;
  }
}

/** A failing disk may make the rollback fail too; SQLite then rolls back when the file is next used, and the first failure is reported. */
function rollBack(db: Database): void {
  try {
    if (db.isTransaction) db.exec('ROLLBACK');
  } catch (error) {
    if (!isSqliteError(error)) throw error;
  }
}

/** One consistent snapshot of the file for several queries, whatever a writer does. */
export function read<T>(db: Database, work: () => T): T {
  if (db.isTransaction) return work();
  db.exec('BEGIN');
  try {
    return work();
  } finally {
    rollBack(db);
  }
}

function wrong(column: string, wanted: MessageValue, got: unknown): AppFailure {
  const what =
    got === undefined ? say`nothing` : got instanceof Uint8Array ? say`bytes` : asIs(JSON.stringify(got).slice(0, 50));
  return new AppFailure({
    code: 'damaged-file',
    message: say`session: column ${asIs(column)} must hold ${wanted}, got ${what}`,
  });
}

export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw wrong(column, say`text`, value);
  return value;
}

export function numberOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(column, say`a finite number`, value);
  return value;
}

export function blobOf(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw wrong(column, say`bytes`, value);
  return value;
}

export const textOrNull = (row: Row, column: string): string | null =>
  row[column] === null ? null : textOf(row, column);
export const numberOrNull = (row: Row, column: string): number | null =>
  row[column] === null ? null : numberOf(row, column);

/** JSON of `column`, checked against its shape. */
export function jsonOf<T>(row: Row, column: string, shape: v.GenericSchema<unknown, T>): T {
  const parsed = parseJson(textOf(row, column), say`session: column ${asIs(column)}`);
  if (!parsed.ok) throw new AppFailure({ code: 'damaged-file', message: parsed.error.message });
  const read = v.safeParse(shape, parsed.value, { abortEarly: true });
  if (read.success) return read.output;
  const [issue] = read.issues;
  const at = [column, ...(issue.path ?? []).map((item) => String(item.key))].join('.').slice(0, 200);
  throw new AppFailure({ code: 'damaged-file', message: issueWords(term('session'), asIs(at), issue) });
}

export const jsonOrNull = <T>(row: Row, column: string, shape: v.GenericSchema<unknown, T>): T | null =>
  row[column] === null ? null : jsonOf(row, column, shape);

/** One value of a closed list. */
export function oneOf<T extends string>(row: Row, column: string, words: readonly T[]): T {
  const text = textOf(row, column);
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw wrong(column, say`one of ${asIs(words.join(', '))}`, text.slice(0, 40));
}
