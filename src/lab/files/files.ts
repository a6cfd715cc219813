// Disk errors as messages, and reading small JSON files. Writes nothing: session/files does that.
import { readFile } from 'node:fs/promises';
import { AppFailure, asAppError, type AppError, type ErrorCode } from '../../engine/core/result.ts';
import { asIs, say, term } from '../../engine/core/say.ts';
import { systemWords } from '../../engine/core/system-words.ts';
import type { Part } from '../../engine/core/terms.ts';

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EACCES: 'permission',
  EPERM: 'permission',
  EROFS: 'permission',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EFBIG: 'disk-full',
  EEXIST: 'conflict',
};

/** The system's error code (`ENOSPC`); null for errors that do not come from a system call. */
export const systemCode = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && 'errno' in error ? error.code : null;

/** A failed file operation as an AppError; errors without a system code are defects of the program. */
export function fileError(who: Part, path: string, error: unknown): AppError {
  const code = systemCode(error);
  if (code === null) return asAppError(error, who);
  const kind = codes[code] ?? 'unsupported';
  return { code: kind, message: say`${term(who)}: ${asIs(path)}: ${systemWords(error)}` };
}

/** Runs a file operation; rejects with AppFailure. */
export async function asFile<T>(who: Part, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new AppFailure(fileError(who, path, error));
  }
}

/** JSON of a file, or null when it is not there or not JSON: these files never contain a person's work. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}
