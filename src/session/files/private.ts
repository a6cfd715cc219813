// Files and folders that only their owner may read: everything this program makes is made here. Independent of SQLite.
import { chmodSync, closeSync, constants, copyFileSync, existsSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

export const fileMode = 0o600;
const folderMode = 0o700;

/** The folder and those above it that are missing. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: folderMode });
}

/** An empty file for SQLite to fill: it gives its own files the rights of this one. An existing file is left as it is. */
export function makePrivate(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, 'wx', fileMode));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** A copy for its owner alone at a name that is free. Not for a file that this process has open through SQLite. */
export function copyPrivate(from: string, to: string): void {
  copyFileSync(from, to, constants.COPYFILE_EXCL);
  chmodSync(to, fileMode);
}

/** True when the folder is there, is no link, and belongs to this user alone. */
function isOurs(path: string): boolean {
  try {
    makeFolder(path);
    const facts = lstatSync(path);
    const own = facts.uid === userInfo().uid && (facts.mode & 0o077) === 0;
    return facts.isDirectory() && (process.platform === 'win32' || own);
  } catch {
    return false;
  }
}

/**
 * A folder of this machine and this user that every process of theirs finds whatever its environment says; null when the system
 * gives no such place. On the local disk: what is there means nothing on another machine.
 */
export function machineFolder(): string | null {
  const { uid, homedir, username } = userInfo();
  const local =
    process.platform === 'win32' ? join(homedir, 'AppData', 'Local', 'minRNN Lab') : `/tmp/minrnn-lab-${uid}`;
  const places = [local, join(homedir, '.cache', 'minrnn-lab', username)];
  return places.find(isOurs) ?? null;
}
