// Small lists that all labs of a person share (settings, imported texts, what was measured, recent files): read, changed and written
// under a lock, so that two labs lose nothing of each other. An unreadable list is never treated as empty: its readable part is used, the
// problem is reported, and the file is kept next to the new one.
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { AppFailure, type AppError } from '../../engine/core/result.ts';
import { asIs, say, term } from '../../engine/core/say.ts';
import type { Part } from '../../engine/core/terms.ts';
import { keepBeside, lockFile, makeFolder, writeWhole } from '../../session/files/index.ts';
import { dirname } from 'node:path';
import { fileError, systemCode } from './files.ts';

export interface Stored {
  /** What the file holds, or the part of it that can be read; null when there is no file. */
  readonly value: unknown;
  /** Why that is not all. */
  readonly problem: AppError | null;
}

/** Longest wait for another lab that is writing the same list, and the pause between two tries. */
const waitMs = 10_000;
const pauseMs = 20;
/** Entries searched from the end of a truncated list. */
const mostCuts = 200;

/** The complete entries of a truncated JSON list; null if there are none. */
function wholeEntries(text: string): unknown {
  if (!text.trimStart().startsWith('[')) return null;
  for (let end = text.length - 1, cuts = 0; end > 0 && cuts < mostCuts; end--) {
    if (text[end] !== '}' && text[end] !== '"') continue;
    cuts += 1;
    try {
      return JSON.parse(`${text.slice(0, end + 1)}]`);
    } catch {
      // The cut is inside an entry, so the end before it is tried.
    }
  }
  return null;
}

const damaged = (what: Part, path: string): AppError => ({
  code: 'damaged-file',
  message: say`${term(what)}: ${asIs(path)} must hold JSON, got text that is cut off or changed. What can be read of it is used`,
  cure: say`The file is kept as ${asIs(path)}.damaged-… when it is written next; take from there what is missing.`,
});

/** Rejects with AppFailure when the system does not let the file be read. */
export async function readStored(what: Part, path: string): Promise<Stored> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { value: null, problem: null };
    throw new AppFailure(fileError(what, path, error));
  }
  try {
    return { value: JSON.parse(text), problem: null };
  } catch {
    return { value: wholeEntries(text), problem: damaged(what, path) };
  }
}

/** The same at start-up, when nothing may stop the program: an unreadable file is reported as a problem. */
export async function readAtStart(what: Part, path: string): Promise<Stored> {
  try {
    return await readStored(what, path);
  } catch (error) {
    if (error instanceof AppFailure) return { value: null, problem: error.appError };
    throw error;
  }
}

/** Writes what `change` makes of the list as it is in the file now. Rejects with AppFailure; the file is then as it was. */
export async function changeStored<T>(what: Part, path: string, change: (now: unknown) => T): Promise<T> {
  makeFolder(dirname(path));
  const release = await locked(what, path);
  try {
    const { value, problem } = await readStored(what, path);
    const changed = change(value);
    if (problem !== null) keepBeside(path, 'damaged');
    await writeWhole(path, `${JSON.stringify(changed, null, 1)}\n`);
    return changed;
  } catch (error) {
    throw new AppFailure(fileError(what, path, error));
  } finally {
    release();
  }
}

async function locked(what: Part, path: string): Promise<() => void> {
  for (const until = performance.now() + waitMs; performance.now() < until; await pause(pauseMs)) {
    const release = lockFile(`${path}-lock`, 0);
    if (release !== null) return release;
  }
  const cure = say`Try again; close the other program if it hangs.`;
  throw new AppFailure({
    code: 'conflict',
    message: say`${term(what)}: ${asIs(path)} is being written by another program`,
    cure,
  });
}
