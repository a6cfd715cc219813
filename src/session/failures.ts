// Turns what SQLite and the file system throw into failures a person can act on. Depends on error numbers, not on sessions.
import { AppFailure } from '../engine/core/result.ts';
import { asIs, type Message, say } from '../engine/core/say.ts';
import { foreignWords, systemWords } from '../engine/core/system-words.ts';
import type { AppError, ErrorCode } from '../engine/core/result.ts';
import { longestName } from './files/names.ts';
import { isSqliteError, primaryCode } from './sqlite.ts';

const cures: Partial<Record<ErrorCode, Message>> = {
  'disk-full': say`Free some space on that disk and try again; everything saved before is still there.`,
  'damaged-file': say`Use "minrnn session check" for details, or save a copy of what can be read.`,
  'io-error': say`Check the disk or its connection and try again; nothing was changed.`,
  permission: say`Choose a folder that can be written, or change the permissions of the file.`,
  conflict: say`Close the file in the other program, or open it read-only.`,
};

/** SQLite's primary result codes (sqlite.org/rescode.html) that are caused by the environment and not by a bug. */
const sqliteCodes: Readonly<Record<number, ErrorCode>> = {
  3: 'permission',
  5: 'conflict',
  6: 'conflict',
  7: 'out-of-memory',
  8: 'permission',
  10: 'io-error',
  11: 'damaged-file',
  13: 'disk-full',
  14: 'permission',
  18: 'unsupported',
  23: 'permission',
  26: 'damaged-file',
};

/** Extended result codes that say more than their low byte. */
const extendedCodes: Readonly<Record<number, ErrorCode>> = {
  /** SQLITE_IOERR_SHMSIZE: no room for the file that readers and the writer share. */
  4874: 'disk-full',
  /** SQLITE_IOERR_SHORT_READ: the file ends before its header says so. */
  522: 'damaged-file',
  /** SQLITE_IOERR_DATA: a checksum of the file does not fit. */
  8202: 'damaged-file',
};

const systemCodes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EIO: 'io-error',
  ESTALE: 'io-error',
  ENXIO: 'io-error',
  ENODEV: 'io-error',
  ETIMEDOUT: 'io-error',
  EFBIG: 'disk-full',
  EACCES: 'permission',
  EPERM: 'permission',
  EROFS: 'permission',
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  EEXIST: 'conflict',
  EISDIR: 'bad-input',
  ENAMETOOLONG: 'bad-input',
};

function codeOf(error: unknown): ErrorCode | null {
  // SQLite reports a header with a future schema format with the code of an invalid query.
  if (isSqliteError(error) && error.message === 'unsupported file format') return 'damaged-file';
  if (isSqliteError(error)) return extendedCodes[error.errcode] ?? sqliteCodes[primaryCode(error)] ?? null;
  if (error instanceof Error && 'code' in error) return systemCodes[String(error.code)] ?? null;
  return null;
}

const tooLong = {
  message: say`session: a file name may have up to ${longestName} bytes, including its extension`,
  cure: say`Give the file a shorter name.`,
};

/** What SQLite's primary codes say, and the extended ones that say more. */
const sqliteWords: Readonly<Record<number, Message>> = {
  3: say`the system does not allow it`,
  5: say`another program is using the file`,
  6: say`another program is using the file`,
  7: say`the memory does not suffice`,
  8: say`the file can only be read`,
  10: say`the disk or the connection to it failed`,
  11: say`the file is damaged`,
  13: say`the disk is full`,
  14: say`the file cannot be opened`,
  18: say`a value is too large`,
  23: say`the system does not allow it`,
  26: say`the file is no SQLite database`,
  522: say`the file ends before it should`,
  4874: say`the disk is full`,
  8202: say`a checksum of the file does not fit`,
};

/** Our words with those of the system in brackets. */
function wordsFor(error: Error): Message {
  if (!isSqliteError(error)) return systemWords(error);
  const words = sqliteWords[error.errcode] ?? sqliteWords[primaryCode(error)];
  return words === undefined ? foreignWords(error.message) : say`${words} (${asIs(error.message)})`;
}

/** The failure for an exception, or null if it is a bug. */
export function asAppError(error: unknown): AppError | null {
  if (error instanceof AppFailure) return error.appError;
  const code = codeOf(error);
  if (code === null || !(error instanceof Error)) return null;
  if ('code' in error && error.code === 'ENAMETOOLONG') return { code, ...tooLong };
  const cure = cures[code];
  return { code, message: say`session: ${wordsFor(error)}`, ...(cure === undefined ? {} : { cure }) };
}

/** An AppFailure with the usual cure of its code. */
export function failure(code: ErrorCode, message: Message, cure = cures[code]): AppFailure {
  return new AppFailure({ code, message, ...(cure === undefined ? {} : { cure }) });
}

/** True only for proven damage, found by SQLite or a checksum, never for a failing disk. */
export const isDamage = (error: unknown): boolean => asAppError(error)?.code === 'damaged-file';
