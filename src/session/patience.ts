// Bounded patience with a disk that fails for a moment (a network share, a USB disk, a busy controller): what can be repeated whole is
// repeated a few times before anybody is told. Runs in the worker thread, which may wait.
import { asIs, say } from '../engine/core/say.ts';
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { requireReadable } from './evidence.ts';
import { asAppError, failure } from './failures.ts';
import { isSqliteError } from './sqlite.ts';

/** Milliseconds before the second, third and fourth attempt. */
const pauses = [20, 80, 300];

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** SQLITE_CORRUPT: also SQLite's word for a read that failed. */
const corrupt = 11;
/** SQLITE_READONLY and SQLITE_CANTOPEN: also its words for an open that failed although every right is there. */
const noRight: readonly number[] = [8, 14];
/** SQLITE_READONLY_DBMOVED: no matter of rights. */
const moved = 1032;

const isCorrupt = (error: unknown): boolean => isSqliteError(error) && error.errcode === corrupt;
const lacksRight = (error: unknown): boolean =>
  isSqliteError(error) && error.errcode !== moved && noRight.includes(error.errcode & 0xff);

const mayPass = (path: string, error: unknown): boolean =>
  asAppError(error)?.code === 'io-error' || isCorrupt(error) || (lacksRight(error) && mayBeWritten(path));

/** False when the rights of the file or of its folder forbid writing it. Windows cannot be asked. */
export function mayBeWritten(path: string): boolean {
  if (process.platform === 'win32') return false;
  try {
    accessSync(dirname(path), constants.R_OK | constants.W_OK | constants.X_OK);
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Throws what `error` stands for once it is clear whether the disk is to blame. */
function tell(path: string, error: unknown): never {
  if (isCorrupt(error)) requireReadable(path);
  if (!lacksRight(error) || !mayBeWritten(path)) throw error;
  throw failure('io-error', say`session: ${asIs(path)} must be openable, got an error of the disk`);
}

/** The value of `work` on the session at `path`, which must leave nothing behind when it fails. The last failure is thrown. */
export function patiently<T>(path: string, work: () => T): T {
  for (const pause of pauses) {
    try {
      return work();
    } catch (error) {
      if (!mayPass(path, error)) throw error;
      Atomics.wait(sleeper, 0, 0, pause);
    }
  }
  try {
    return work();
  } catch (error) {
    return tell(path, error);
  }
}
