// Small files and exports: written beside their name, flushed, then put in place by the same door as sessions. Asynchronous, so that
// a large one delays nobody.
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileMode, makeFolder } from './private.ts';
import { discard, publish, publishOver } from './swap.ts';

export interface WholeOptions {
  /** False = an existing file is refused with `conflict`. */
  readonly overwrite?: boolean;
  /** The name was chosen by a person: it may be that of a file somebody writes. Own lists in own folders need not be asked. */
  readonly shared?: boolean;
}

/** A reader sees the old file or the new one. */
export async function writeWhole(path: string, data: string | Uint8Array, options: WholeOptions = {}): Promise<void> {
  const { overwrite = true, shared = false } = options;
  makeFolder(dirname(path));
  const scratch = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
  try {
    const file = await open(scratch, 'wx', fileMode);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    if (shared) publishOver(scratch, path, overwrite);
    else publish(scratch, path, overwrite);
  } catch (error) {
    discard(scratch);
    throw error;
  }
}
