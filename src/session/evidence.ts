// Tells a damaged file from a disk that does not answer: SQLite calls both "malformed" when a read fails with an input/output error. So
// before anything is called damaged, every byte is read once; only a file that can be read and is still wrong is damaged.
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { asAppError, failure } from './failures.ts';
import { isBeingWritten } from './files/index.ts';
import { patiently } from './patience.ts';

const pieceBytes = 2 ** 20;

const magic = 'SQLite format 3\0';

/** The first bytes alone decide that a file was never a session, however many gigabytes follow. */
const isForeign = (first: Uint8Array): boolean => !Buffer.from(first).toString('latin1').startsWith(magic);

function readAll(path: string, piece: Uint8Array, log: boolean): void {
  const file = openSync(path, 'r');
  try {
    if (!log && isForeign(piece.subarray(0, readSync(file, piece, 0, magic.length, 0)))) return;
    for (let at = 0, got = 1; got > 0; at += got) got = readSync(file, piece, 0, piece.length, at);
  } finally {
    closeSync(file);
  }
}

/**
 * Throws AppFailure `io-error` when the session at `path` or its log cannot be read to the end. A session that somebody writes is left
 * alone: closing it here would drop that writer's locks.
 */
export function requireReadable(path: string): void {
  if (isBeingWritten(path)) return;
  const piece = new Uint8Array(pieceBytes);
  const parts = [path, `${path}-wal`].filter((part) => statSync(part, { throwIfNoEntry: false })?.isFile());
  try {
    for (const part of parts) patiently(() => readAll(part, piece, part !== path));
  } catch (error) {
    const known = asAppError(error);
    if (known?.code !== 'io-error') throw error;
    throw failure('io-error', `session: ${path} must be readable to its end, got ${known.message}`);
  }
}
