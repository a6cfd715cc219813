// What the program's end says to a shell: 0 done, 1 failed, 2 bad input, 70 a defect of the program; asked to
// end by a signal: 128 and its number (Ctrl+C 130, SIGTERM 143, SIGHUP 129, a reader that went away 141).
import type { ErrorCode } from '../engine/core/result.ts';

export const exitCodes = { done: 0, failed: 1, badInput: 2, bug: 70 } as const;

const badInput: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad-input',
  'not-found',
  'unsupported',
  'conflict',
  'damaged-file',
  'newer-version',
]);

/** What the person gave is wrong -> 2; what the world did is wrong -> 1; the program itself is wrong -> 70 (EX_SOFTWARE of sysexits.h). */
export function exitCodeOf(code: ErrorCode): number {
  if (code === 'bug') return exitCodes.bug;
  return badInput.has(code) ? exitCodes.badInput : exitCodes.failed;
}
