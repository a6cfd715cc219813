// Small files of the lab (settings, lists, data): written whole or not at all, and errors of the disk in the words of the lab.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppFailure, asAppError, type AppError, type ErrorCode } from '../engine/core/result.ts';

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

const said: Readonly<Partial<Record<ErrorCode, string>>> = {
  'not-found': 'there is no such file or folder',
  permission: 'the system does not allow it',
  'disk-full': 'the disk is full',
  conflict: 'something with this name is already there',
};

/** The name of what the system answered (`ENOSPC`); null for errors that no system call made. */
export const systemCode = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && 'errno' in error ? error.code : null;

/** A failed file operation as an AppError; what the system did not answer is a defect of the program. */
export function fileError(who: string, path: string, error: unknown): AppError {
  const code = systemCode(error);
  if (code === null) return asAppError(error, who);
  const kind = codes[code] ?? 'unsupported';
  return { code: kind, message: `${who}: ${path}: ${said[kind] ?? `the system answered ${code}`}` };
}

/** Runs a file operation; rejects with AppFailure. */
export async function asFile<T>(who: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new AppFailure(fileError(who, path, error));
  }
}

/** Writes beside the target, flushes, renames: a reader sees the old file or the new one. Without `overwrite` an existing file is refused. */
export async function writeWhole(path: string, data: string | Uint8Array, overwrite = true): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const scratch = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
  try {
    const file = await open(scratch, 'wx');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    if (overwrite) await rename(scratch, path);
    else await placeNew(scratch, path);
  } catch (error) {
    await unlink(scratch).catch(() => undefined);
    throw error;
  }
}

/** Copies a file whole or not at all; an existing target is refused. */
export async function copyWhole(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  const scratch = `${to}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
  try {
    await copyFile(from, scratch, constants.COPYFILE_EXCL);
    await placeNew(scratch, to);
  } finally {
    await unlink(scratch).catch(() => undefined);
  }
}

/** Gives a finished file its name, refusing with EEXIST to replace another. File systems without hard links are asked first instead. */
async function placeNew(scratch: string, target: string): Promise<void> {
  try {
    await link(scratch, target);
    await unlink(scratch);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP'].includes(systemCode(error) ?? '')) throw error;
    await copyFile(scratch, target, constants.COPYFILE_EXCL);
    await unlink(scratch);
  }
}

/** JSON of a file, or null when it is not there or not JSON: these files hold conveniences, never a person's work. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}
