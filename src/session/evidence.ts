// Distinguishes a damaged file from a failing disk: SQLite reports "malformed" for both. So before a file is called damaged, every byte is
// read once; only a readable file with wrong content is damaged. A separate process reads it, since closing the file in this one would drop
// the locks of SQLite.
import { asIs, say } from '../engine/core/say.ts';
import { spawnSync } from 'node:child_process';
import { failure } from './failures.ts';

/**
 * Reads a session and its log completely; prints the system's code of the first failure. A missing file is no failure, and the first bytes
 * decide whether a file is a session at all, however large it is.
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

/** Throws AppFailure `io-error` if the session at `path` or its log cannot be read completely. */
export function requireReadable(path: string): void {
  const { stdout } = spawnSync(process.execPath, ['-e', reader, path], { encoding: 'utf8' });
  if (stdout !== 'EIO' && stdout !== 'ENXIO' && stdout !== 'ERANGE') return;
  throw failure(
    'io-error',
    say`session: ${asIs(path)} must be readable to its end, got ${asIs<string>(stdout)} from the disk`,
  );
}
