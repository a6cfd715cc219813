// The failure of a store operation as `code: message`, for tests.
import { AppFailure } from '../../engine/core/result.ts';
import { english } from '../../engine/core/say.ts';

export async function rejection(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof AppFailure) return `${error.appError.code}: ${english(error.appError.message)}`;
  throw new Error(`an AppFailure was expected, got ${String(error)}`);
}
