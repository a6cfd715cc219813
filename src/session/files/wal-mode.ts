// What an SQLite file says of its own journal, read from its header: asking SQLite would make a log and shared memory beside the file.
import { closeSync, openSync, readSync } from 'node:fs';

/** Byte 19 of the header (sqlite.org/fileformat.html): 2 = whoever reads uses a write-ahead log. */
const readVersionAt = 19;

/**
 * Whether the header asks for a write-ahead log. Only for a file without a log beside it: then no connection of this process writes it,
 * and closing it here takes no lock of value away.
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
