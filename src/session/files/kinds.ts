// The kind of an existing file, by its content: only a file of the kind being written is ever replaced.
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, type Message, say } from '../../engine/core/say.ts';
import { asAppError, failure } from '../failures.ts';
import { applicationId } from '../application-id.ts';
import { isSqliteError, openReadOnly, scalar } from '../sqlite.ts';
import { isBeingWritten } from './lock.ts';
import { companions } from './names.ts';

export type WrittenKind = 'session' | 'csv' | 'json' | 'safetensors' | 'export';
type FileKind = WrittenKind | 'database' | 'companion' | 'experiment' | 'empty' | 'device' | 'other';

const words: Readonly<Record<FileKind, Message>> = {
  session: say`a session`,
  database: say`a database of another program`,
  companion: say`a part of a session that is open`,
  experiment: say`an experiment`,
  csv: say`a CSV export`,
  json: say`a JSON export`,
  safetensors: say`weights`,
  export: say`an export of the same kind`,
  empty: say`an empty file`,
  device: say`a folder, a device or a pipe`,
  other: say`a file that this program has not written`,
};

/** Larger files are not checked for being an experiment, bytes. */
const largestExperiment = 16 * 2 ** 20;
const notADatabase = 26;
/** SQLITE_BUSY, SQLITE_LOCKED, SQLITE_CORRUPT: a database all the same, and not to be replaced. */
const inUseOrDamaged: readonly number[] = [5, 6, 11];

/** Through SQLite, since opening the file directly would drop this process's locks on it. */
function databaseKind(path: string): 'session' | 'database' | null {
  // If it is open under another name, even reading it would leave files next to it.
  if (isBeingWritten(path)) return 'session';
  const db = openReadOnly(path, 0);
  try {
    return scalar(db, 'PRAGMA application_id') === applicationId ? 'session' : 'database';
  } catch (error) {
    if (!isSqliteError(error)) throw error;
    const primary = error.errcode & 0xff;
    if (primary === notADatabase) return null;
    if (inUseOrDamaged.includes(primary)) return 'session';
    throw error;
  } finally {
    db.close();
  }
}

function headOf(path: string): Buffer {
  const head = Buffer.alloc(256);
  const handle = openSync(path, 'r');
  try {
    return head.subarray(0, readSync(handle, head));
  } finally {
    closeSync(handle);
  }
}

function isExperiment(path: string, bytes: number): boolean {
  if (bytes > largestExperiment) return false;
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null && 'format' in value && value.format === 'minrnn-experiment';
  } catch {
    return false;
  }
}

/** Throws AppFailure if the disk does not allow reading. */
function kindOf(path: string): FileKind | null {
  try {
    return lookAt(path);
  } catch (error) {
    const known = asAppError(error);
    throw known === null ? error : new AppFailure(known);
  }
}

function lookAt(path: string): FileKind | null {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return null;
  if (!facts.isFile()) return 'device';
  if ([...companions, '-lock'].some((suffix) => path.endsWith(`.rnnlab${suffix}`))) return 'companion';
  if (facts.size === 0) return 'empty';
  const database = databaseKind(path);
  if (database !== null) return database;
  const head = headOf(path);
  if (/^\uFEFF?run_id,/.test(head.toString('utf8'))) return 'csv';
  if (head.length > 8 && head.readBigUInt64LE(0) < facts.size && head[8] === 0x7b) return 'safetensors';
  if (head.toString('utf8').startsWith('{"format":"minrnn-session-export"')) return 'json';
  return isExperiment(path, facts.size) ? 'experiment' : 'other';
}

const endings: Readonly<Record<WrittenKind, string>> = {
  session: '.rnnlab',
  csv: '.csv',
  json: '.json',
  safetensors: '.safetensors',
  // These kinds cannot be recognised by their content, so a page may not replace them.
  export: '',
};

/**
 * Throws `bad-input` if the file at `path` may not be replaced by one of kind `wanted`, even with consent. A page (`strict`) may replace
 * only files this program has written with the kind's extension; a person at a shell anything except sessions, databases and experiments.
 */
export function requireReplaceable(path: string, wanted: WrittenKind, strict: boolean): void {
  const kind = kindOf(path);
  if (kind === null || kind === wanted) return;
  const named = extname(path).toLowerCase() === endings[wanted];
  if (named && kind === 'empty') return;
  if (wanted === 'session' ? named && kind === 'other' : !strict && (kind === 'empty' || isPlain(kind))) return;
  throw failure(
    'bad-input',
    say`${asIs(path)}: only ${words[wanted]} may be replaced here, got ${words[kind]}`,
    say`Choose another name.`,
  );
}

const isPlain = (kind: FileKind): boolean =>
  kind === 'other' || kind === 'csv' || kind === 'json' || kind === 'safetensors';
