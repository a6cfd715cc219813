// Exit codes: 0 done, 1 failed, 2 bad input, 70 a defect of the program; ended by a signal: 128 plus its number (Ctrl+C 130, SIGTERM 143,
// SIGHUP 129, a closed pipe 141).
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

/** Bad input -> 2; a failure of the system or the data -> 1; a defect of the program -> 70 (EX_SOFTWARE of sysexits.h). */
export function exitCodeOf(code: ErrorCode): number {
  if (code === 'bug') return exitCodes.bug;
  return badInput.has(code) ? exitCodes.badInput : exitCodes.failed;
}
