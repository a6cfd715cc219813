// Name and identity of files: one name for every spelling, and an identity that survives renames and links. Read-only; nothing here opens
// or changes a file.
import { asIs, say } from '../../engine/core/say.ts';
import { randomUUID } from 'node:crypto';
import { existsSync, realpathSync, statSync, utimesSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { longestFileName, shorten } from '../../protocol/file-name.ts';
import { failure } from '../failures.ts';
import { kindOfFile } from '../file-kind.ts';

/** Bytes of the file and of its write-ahead log, and when either changed last. */
export interface FileFacts {
  readonly bytes: number;
  readonly modified: string;
}

/** Files SQLite keeps beside a session under its name; they belong to it. */
export const companions = ['-wal', '-shm', '-journal'] as const;

/** The canonical name of a file, with links resolved; a missing file gets the name in its resolved folder. */
export function canonicalPath(path: string): string {
  const absolute = resolve(path);
  if (existsSync(absolute)) return realpathSync(absolute);
  const folder = dirname(absolute);
  if (!existsSync(folder))
    throw failure('not-found', say`session: the folder must exist, got ${asIs(folder)}`, say`Make the folder.`);
  return join(realpathSync(folder), basename(absolute));
}

/** The path of an existing file that is not a folder and not empty. */
export function existingFile(path: string): string {
  const absolute = resolve(path);
  if (!existsSync(absolute))
    throw failure('not-found', say`session: the file must exist, got ${asIs(absolute)}`, say`Check the path.`);
  const facts = statSync(absolute);
  if (!facts.isFile())
    throw failure(
      'bad-input',
      say`session: a file is required, got ${kindOfFile(facts)}: ${asIs(absolute)}`,
      say`Check the path.`,
    );
  if (facts.size === 0)
    throw failure('damaged-file', say`session: ${asIs(absolute)} must hold a session, got an empty file`);
  return realpathSync(absolute);
}

export function factsOf(path: string): FileFacts {
  const main = statSync(path);
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  const modified = log && log.size > 0 && log.mtimeMs > main.mtimeMs ? log.mtime : main.mtime;
  return { bytes: main.size + (log?.size ?? 0), modified: modified.toISOString() };
}

/** Returns a function that restores the file's current times after it was merely opened. A refusal of the file system is ignored. */
export function keepTimes(path: string): () => void {
  const { atime, mtime } = statSync(path);
  return () => {
    try {
      utimesSync(path, atime, mtime);
    } catch {
      // The times are left unchanged.
    }
  };
}

/** Device and inode of the file: the same for all its names. Null if there is no such file. */
export function fileId(path: string): string | null {
  const facts = statSync(path, { bigint: true, throwIfNoEntry: false });
  return facts === undefined ? null : `${facts.dev}-${facts.ino}`;
}

/** Longest suffix of SQLite and the lock, in bytes: `-journal`. */
const companionBytes = 8;
/** Longest name of a session, in bytes of UTF-8. */
export const longestName = longestFileName - companionBytes;

/** `path` with a suffix for a temporary file; the name is shortened if it is too long for the system. */
export function beside(path: string, ending: string): string {
  const room = longestName - Buffer.byteLength(ending);
  return Buffer.byteLength(basename(path)) <= room
    ? `${path}${ending}`
    : join(dirname(path), `${shorten(basename(path), room)}${ending}`);
}

/** A new name in the same folder, and so on the same disk. */
export const besideName = (path: string, purpose: string): string =>
  beside(path, `.${purpose}-${randomUUID().slice(0, 8)}`);
