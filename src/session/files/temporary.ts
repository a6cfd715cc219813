// Cleans up after killed processes: unfinished files and folders of temporary files. Each has a lock or a name that shows whether its maker
// lives; only abandoned ones are removed, and only if this program made the content.
import { closeSync, lstatSync, mkdtempSync, openSync, readSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { asAppError } from '../failures.ts';
import { lockBeside } from './lock.ts';
import { purposes, removeDatabase } from './swap.ts';

const unfinishedName = new RegExp(`^(.+\\.(?:${purposes.join('|')})-[0-9a-f]{8})(?:-(?:wal|shm|journal|lock))?$`);
const folderName = /^minrnn-(?:view|salvage|data)-\w{6}$/;
const owner = 'owner';

/** A folder of temporary files, and a function that removes it. It is locked while its maker lives. */
export function temporaryFolder(purpose: 'view' | 'salvage' | 'data'): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `minrnn-${purpose}-`));
  const giveBack = lockBeside(join(path, owner));
  const remove = (): void => {
    giveBack?.();
    rmSync(path, { recursive: true, force: true });
  };
  return { path, remove };
}

/** SQLite's file, log and journal by their first bytes; zeros where the first page was not written yet. */
const ours: readonly string[] = ['53514c69', '00000000', '377f0682', '377f0683', 'd9d505f9'];

function isOurs(path: string): boolean {
  const facts = lstatSync(path, { throwIfNoEntry: false });
  if (facts === undefined || (facts.isFile() && facts.size === 0)) return true;
  if (!facts.isFile()) return false;
  const head = Buffer.alloc(4);
  const handle = openSync(path, 'r');
  try {
    readSync(handle, head);
  } finally {
    closeSync(handle);
  }
  return ours.includes(head.toString('hex'));
}

/** Runs `remove` if the lock is free. In a read-only folder nothing is removed. */
function unlessHeld(lock: string, remove: () => void): boolean {
  try {
    const giveBack = lockBeside(lock, 0);
    if (giveBack === null) return false;
    try {
      remove();
    } finally {
      giveBack();
    }
    return true;
  } catch (error) {
    if (asAppError(error) === null) throw error;
    return false;
  }
}

/** The content of a folder; empty if it cannot be read. */
export const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (asAppError(error) === null) throw error;
    return [];
  }
};

/** Whether there is anything to clean up: cheap enough for every start. */
export const hasLeftovers = (folders: readonly string[]): boolean =>
  folders.some((folder) => unfinishedIn(folder).length + orphansIn(folder).length > 0) ||
  namesIn(tmpdir()).some((name) => folderName.test(name));

/** Unfinished files in a folder, each once. */
function unfinishedIn(folder: string): readonly string[] {
  const found = namesIn(folder).flatMap((name) => unfinishedName.exec(name)?.[1] ?? []);
  return [...new Set(found)].map((name) => join(folder, name));
}

/** Locks of sessions that were never created, left behind by a failing disk. */
function orphansIn(folder: string): readonly string[] {
  const names = new Set(namesIn(folder));
  const orphans = [...names].filter((name) => name.endsWith('.rnnlab-lock') && !names.has(name.slice(0, -lockEnding)));
  return orphans.map((name) => join(folder, name));
}
const lockEnding = '-lock'.length;

/** Removes unfinished files whose maker is dead, and locks without a file. Returns their names. */
export const sweepFolder = (folder: string): readonly string[] => [
  ...unfinishedIn(folder).filter((path) => isOurs(path) && unlessHeld(`${path}-lock`, () => removeDatabase(path))),
  // Releasing such a lock removes it.
  ...orphansIn(folder).filter((path) => isOurs(path) && unlessHeld(path, () => undefined)),
];

/** Removes this user's temporary folders whose maker is dead. Returns their names. */
export function sweepTemporary(): readonly string[] {
  const { uid } = userInfo();
  const folders = namesIn(tmpdir()).filter((name) => folderName.test(name));
  return folders
    .map((name) => join(tmpdir(), name))
    .filter((path) => {
      const facts = lstatSync(path, { throwIfNoEntry: false });
      if (!facts?.isDirectory() || (process.platform !== 'win32' && facts.uid !== uid)) return false;
      // One without a lock is just being created, or belongs to an older program.
      if (!namesIn(path).includes(owner)) return false;
      return unlessHeld(join(path, owner), () => rmSync(path, { recursive: true, force: true }));
    });
}
