// What a path leads to, in words. Something that is no ordinary file (a pipe, a device) can hang who opens it or never end.
import type { Stats } from 'node:fs';

export const kindOfFile = (found: Stats): string => {
  if (found.isFile()) return 'a file';
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a named pipe';
  if (found.isSocket()) return 'a socket';
  return 'a device';
};
