// Bounded patience with a disk that fails for a moment (a network share, a USB disk, a busy controller): what can be repeated whole is
// repeated a few times before anybody is told. Runs in the worker thread, which may wait.
import { asAppError } from './failures.ts';
import { isSqliteError } from './sqlite.ts';

/** Milliseconds before the second, third and fourth attempt. */
const pauses = [20, 80, 300];

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** SQLite's word for damage is also its word for a read that failed (SQLITE_CORRUPT). */
const corrupt = 11;

const mayPass = (error: unknown): boolean =>
  asAppError(error)?.code === 'io-error' || (isSqliteError(error) && error.errcode === corrupt);

/** The value of `work`, which must leave nothing behind when it fails. The last failure is thrown. */
export function patiently<T>(work: () => T): T {
  for (const pause of pauses) {
    try {
      return work();
    } catch (error) {
      if (!mayPass(error)) throw error;
      Atomics.wait(sleeper, 0, 0, pause);
    }
  }
  return work();
}
