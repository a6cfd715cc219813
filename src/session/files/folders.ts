// Folders of the program's own making that are whole or not there: made under another name and renamed, emptied only after they have lost their
// name. For folders of one owner, who holds a lock of their own for them; sessions are not kept in such.
import { existsSync, renameSync, rmSync } from 'node:fs';

const oldName = (path: string): string => `${path}.old`;

/** Removes a folder of ours with what is in it: its name goes first, so that nobody finds half of it. One that is not there is no failure. */
export function removeFolder(path: string): void {
  rmSync(oldName(path), { recursive: true, force: true });
  if (!existsSync(path)) return;
  renameSync(path, oldName(path));
  rmSync(oldName(path), { recursive: true, force: true });
}

/** Gives a finished folder its name, in the place of another one if need be. */
export function publishFolder(temporary: string, path: string): void {
  removeFolder(path);
  renameSync(temporary, path);
}
