// What the program's end says to a shell: 0 done, 1 failed, 2 bad input, 130 interrupted.
import type { ErrorCode } from '../engine/core/result.ts';

export const exitCodes = { done: 0, failed: 1, badInput: 2, interrupted: 130 } as const;

const badInput: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'bad-input',
  'not-found',
  'unsupported',
  'conflict',
  'damaged-file',
  'newer-version',
]);

/** What the person gave is wrong -> 2; what the world did is wrong -> 1. */
export const exitCodeOf = (code: ErrorCode): number => (badInput.has(code) ? exitCodes.badInput : exitCodes.failed);
