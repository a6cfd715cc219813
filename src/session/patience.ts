// Retries for disks that fail temporarily (a network share, a USB disk, a busy controller): repeatable operations are retried a few times
// before a failure is reported. Runs in the worker thread, which may wait.
import { asIs, say } from '../engine/core/say.ts';
import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { requireReadable } from './evidence.ts';
import { asAppError, failure } from './failures.ts';
import { isSqliteError } from './sqlite.ts';

/** Milliseconds before the second, third and fourth attempt. */
const pauses = [20, 80, 300];

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** SQLITE_CORRUPT: SQLite also reports this for a failed read. */
const corrupt = 11;
/** SQLITE_READONLY and SQLITE_CANTOPEN: also reported for a failed open despite sufficient permissions. */
const noRight: readonly number[] = [8, 14];
/** SQLITE_READONLY_DBMOVED: not a matter of permissions. */
const moved = 1032;

const isCorrupt = (error: unknown): boolean => isSqliteError(error) && error.errcode === corrupt;
const lacksRight = (error: unknown): boolean =>
  isSqliteError(error) && error.errcode !== moved && noRight.includes(error.errcode & 0xff);

const mayPass = (path: string, error: unknown): boolean =>
  asAppError(error)?.code === 'io-error' || isCorrupt(error) || (lacksRight(error) && mayBeWritten(path));

/** False if the permissions of the file or its folder forbid writing. Cannot be determined on Windows. */
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

/** Throws the failure for `error` once it is clear whether the disk is the cause. */
function tell(path: string, error: unknown): never {
  if (isCorrupt(error)) requireReadable(path);
  if (!lacksRight(error) || !mayBeWritten(path)) throw error;
  throw failure('io-error', say`session: ${asIs(path)} must be openable, got an error of the disk`);
}

/** The value of `work` on the session at `path`, which must leave nothing behind on failure. Throws the last failure. */
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
