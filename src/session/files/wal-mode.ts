// The journal mode of an SQLite file, read from its header: opening it with SQLite would create a log and shared memory next to the file.
import { closeSync, openSync, readSync } from 'node:fs';

/** Byte 19 of the header (sqlite.org/fileformat.html): 2 = readers use a write-ahead log. */
const readVersionAt = 19;

/**
 * Whether the header requests a write-ahead log. Only for a file without a log next to it: then no connection of this process writes it,
 * and closing it here drops no important lock.
 */
export function isInWalMode(path: string): boolean {
  const header = Buffer.alloc(readVersionAt + 1);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  return header[readVersionAt] === 2;
}
