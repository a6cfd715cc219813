// Creates files and folders that only their owner may read: used for everything this program creates. Independent of SQLite.
import { chmodSync, closeSync, constants, copyFileSync, existsSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';

export const fileMode = 0o600;
const folderMode = 0o700;

/** The folder and those above it that are missing. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: folderMode });
}

/** An empty file for SQLite, which copies its permissions to its own files. An existing file is left unchanged. */
export function makePrivate(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, 'wx', fileMode));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** A private copy at an unused name. Not for a file that this process has open through SQLite. */
export function copyPrivate(from: string, to: string): void {
  copyFileSync(from, to, constants.COPYFILE_EXCL);
  chmodSync(to, fileMode);
}

/** True if the folder exists, is not a link, and belongs to this user alone. */
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
 * A folder of this user on this machine that all their processes find regardless of the environment; null if there is none. On the local
 * disk, since its content is meaningless on other machines.
 */
export function machineFolder(): string | null {
  const { uid, homedir, username } = userInfo();
  const local =
    process.platform === 'win32' ? join(homedir, 'AppData', 'Local', 'minRNN Lab') : `/tmp/minrnn-lab-${uid}`;
  const places = [local, join(homedir, '.cache', 'minrnn-lab', username)];
  return places.find(isOurs) ?? null;
}
