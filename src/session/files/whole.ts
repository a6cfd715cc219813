// Small files and exports: written to a temporary name, flushed, then put in place like sessions. Asynchronous, so that a large one delays
// nothing.
import { createHash, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { beside } from './names.ts';
import { fileMode, makeFolder } from './private.ts';
import { discard, publish, publishOver } from './swap.ts';
import { namesIn } from './temporary.ts';

export interface WholeOptions {
  /** False = an existing file is refused with `conflict`. */
  readonly overwrite?: boolean;
  /** The name was chosen by a person, so the file may be in use. Internal lists need no check. */
  readonly shared?: boolean;
}

/** A reader sees either the old file or the new one. */
export async function writeWhole(path: string, data: string | Uint8Array, options: WholeOptions = {}): Promise<void> {
  const { overwrite = true, shared = false } = options;
  makeFolder(dirname(path));
  const scratch = beside(path, `.${machine()}-${process.pid}-${randomBytes(4).toString('hex')}.part`);
  underWay.add(scratch);
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
  } finally {
    underWay.delete(scratch);
  }
}

/** Names of the parts this process is writing. */
const underWay = new Set<string>();

/** Eight digits that identify this machine, since process ids are meaningless on other machines. */
const machine = (): string => createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Anything but "no such process" means that there is one.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Removes partial files in this folder whose writer on this machine is dead. Returns their names. */
export function sweepParts(folder: string): readonly string[] {
  return namesIn(folder).flatMap((name) => {
    const [, maker, pid] = /\.(?:([0-9a-f]{8})-)?(\d+)-[0-9a-f]{8}\.part$/.exec(name) ?? [];
    const path = join(folder, name);
    if (pid === undefined || underWay.has(path) || (maker !== undefined && maker !== machine())) return [];
    if (Number(pid) !== process.pid && lives(Number(pid))) return [];
    discard(path);
    return [path];
  });
}
