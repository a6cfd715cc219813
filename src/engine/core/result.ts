// Expected failures are values: a function that can fail because of its input or its environment returns Result; anything thrown is a bug.
import { asIs, english, say, term, type Message } from './say.ts';
import { wordsOf } from './system-words.ts';
import type { Part } from './terms.ts';

/** Closed union of the failures that a person can act on. */
export type ErrorCode =
  | 'bad-input'
  | 'not-found'
  | 'unsupported'
  | 'conflict'
  | 'damaged-file'
  | 'newer-version'
  | 'disk-full'
  /** Reading or writing failed on the disk or the network; nothing is known to be damaged. */
  | 'io-error'
  /** Changes are not saved yet, and the request would lose them. */
  | 'unsaved'
  | 'permission'
  | 'out-of-memory'
  | 'device-lost'
  | 'engine-died'
  | 'diverged'
  | 'cancelled'
  | 'network'
  /** A defect of this program, not caused by a person's input. */
  | 'bug';

/** A plain, serialisable failure. `message` is a neutral sentence: who needs what, and what came instead. It is translated only where it is shown. */
export interface AppError {
  readonly code: ErrorCode;
  readonly message: Message;
  /** Dotted path of the offending field in the input, if one is to blame: `variants[2].model.d`. */
  readonly field?: string;
  /** What the reader can do about it, if known. */
  readonly cure?: Message;
  /** Stack of a defect: set with code `bug`, for logs and standard error. */
  readonly stack?: string;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: AppError };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const fail = (code: ErrorCode, message: Message, extra: Partial<AppError> = {}): Result<never> => ({
  ok: false,
  error: { code, message, ...extra },
});

/** Thrown where a Result cannot travel (worker and process borders); carries the AppError unchanged. */
export class AppFailure extends Error {
  readonly appError: AppError;
  constructor(appError: AppError) {
    super(english(appError.message));
    this.name = 'AppFailure';
    this.appError = appError;
  }
}

/** The value of a Result; throws an AppFailure for an error. For callers that let failures propagate. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new AppFailure(result.error);
}

/**
 * A thrown value as a serialisable failure. An AppFailure yields the failure it carries; everything else is a defect of this program (code
 * `bug`, with its stack), never a fault of the input. `who` names the part that caught it.
 */
export function asAppError(thrown: unknown, who: Part | Message = 'program'): AppError {
  if (thrown instanceof AppFailure) return thrown.appError;
  const part = typeof who === 'string' ? term(who) : who;
  const message = say`${part}: a defect of the program (${asIs(wordsOf(thrown))})`;
  const stack = thrown instanceof Error && thrown.stack !== undefined ? thrown.stack : english(message);
  return { code: 'bug', message, cure: say`Your input is not the cause, and saved data are unharmed.`, stack };
}
