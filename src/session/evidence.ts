// Tells a damaged file from a disk that does not answer: SQLite calls both "malformed" when a read fails with an input/output error. So
// before anything is called damaged, every byte is read once; only a file that can be read and is still wrong is damaged. A process of
// its own reads: closing the file in this one would drop the locks that SQLite holds here.
import { asIs, say } from '../engine/core/say.ts';
import { spawnSync } from 'node:child_process';
import { failure } from './failures.ts';

/**
 * Reads a session and its log to their ends; prints the system's word for the first failure. A file that is not there is none, and the
 * first bytes alone decide that a file was never a session, however many gigabytes follow.
 */
const reader = `
  const { closeSync, openSync, readSync } = require('node:fs');
  const piece = Buffer.alloc(2 ** 20);
  const [session] = process.argv.slice(1);
  for (const path of [session, session + '-wal']) {
    try {
      const file = openSync(path, 'r');
      readSync(file, piece, 0, 16, 0);
      if (path === session && piece.toString('latin1', 0, 15) !== 'SQLite format 3') break;
      for (let at = 0, got = 1; got > 0; at += got) got = readSync(file, piece, 0, piece.length, at);
      closeSync(file);
    } catch (error) {
      if (error.code === 'ENOENT') continue;
      process.stdout.write(error.code);
      break;
    }
  }`;

/** Throws AppFailure `io-error` when the session at `path` or its log cannot be read to the end. */
export function requireReadable(path: string): void {
  const { stdout } = spawnSync(process.execPath, ['-e', reader, path], { encoding: 'utf8' });
  if (stdout !== 'EIO' && stdout !== 'ENXIO' && stdout !== 'ERANGE') return;
  throw failure(
    'io-error',
    say`session: ${asIs(path)} must be readable to its end, got ${asIs<string>(stdout)} from the disk`,
  );
}
