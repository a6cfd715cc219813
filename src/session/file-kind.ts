// A description of what a path leads to. Anything but an ordinary file (a pipe, a device) can block on opening or never end.
import { type Message, say } from '../engine/core/say.ts';
import type { Stats } from 'node:fs';

export const kindOfFile = (found: Stats): Message => {
  if (found.isFile()) return say`a file`;
  if (found.isDirectory()) return say`a folder`;
  if (found.isFIFO()) return say`a named pipe`;
  if (found.isSocket()) return say`a socket`;
  return say`a device`;
};
