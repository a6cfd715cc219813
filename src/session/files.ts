// Moves of whole files that leave either the old or the new one behind, whatever happens between. It knows no SQLite, and must
// never open a file that SQLite has open in this process: closing it would drop SQLite's locks (sqlite.org/howtocorrupt.html).
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { failure } from './failures.ts';
import { kindOfFile } from './file-kind.ts';

/** Bytes of the file and of its write-ahead log, and when either changed last. */
export interface FileFacts {
  readonly bytes: number;
  readonly modified: string;
}

/** The one name a file is known by, links resolved; a file that is not there yet is named by its resolved folder. */
export function canonicalPath(path: string): string {
  const absolute = resolve(path);
  if (existsSync(absolute)) return realpathSync(absolute);
  const folder = dirname(absolute);
  if (!existsSync(folder))
    throw failure('not-found', `session: the folder must exist, got ${folder}`, 'Make the folder.');
  return join(realpathSync(folder), basename(absolute));
}

/** The path of an existing file that is not a folder and not empty. */
export function existingFile(path: string): string {
  const absolute = resolve(path);
  if (!existsSync(absolute))
    throw failure('not-found', `session: the file must exist, got ${absolute}`, 'Check the path.');
  const facts = statSync(absolute);
  if (!facts.isFile())
    throw failure('bad-input', `session: a file is required, got ${kindOfFile(facts)}: ${absolute}`, 'Check the path.');
  if (facts.size === 0) throw failure('damaged-file', `session: ${absolute} must hold a session, got an empty file`);
  return realpathSync(absolute);
}

export function factsOf(path: string): FileFacts {
  const main = statSync(path);
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  const modified = log && log.size > 0 && log.mtimeMs > main.mtimeMs ? log.mtime : main.mtime;
  return { bytes: main.size + (log?.size ?? 0), modified: modified.toISOString() };
}

/** A new name in the same folder, and so on the same disk. */
export const besideName = (path: string, purpose: string): string => `${path}.${purpose}-${randomUUID().slice(0, 8)}`;

function flush(path: string): void {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes a rename in the folder last through a power cut. Windows has no such call and needs none. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Gives the finished file `temporary` its name in one step. Fails with `conflict` when there is one and it may not be replaced. */
export function publish(temporary: string, path: string, overwrite: boolean): void {
  flush(temporary);
  if (overwrite) renameSync(temporary, path);
  else linkOrRename(temporary, path);
  flushFolder(dirname(path));
}

function linkOrRename(temporary: string, path: string): void {
  if (existsSync(path)) throw taken(path);
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw taken(path);
    // File systems without hard links (FAT, some network disks): the check above is the best there is.
    renameSync(temporary, path);
    return;
  }
  rmSync(temporary);
}

/** The failure of a name that is in use. */
export const taken = (path: string): Error =>
  failure(
    'conflict',
    `session: the name must be free, got an existing file: ${path}`,
    'Choose another name or allow replacing it.',
  );

/** Removes an SQLite file and what may lie beside it. */
export function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
}
