// GPT-2's tokens of a text, in a file beside it under its hash, so that a text is cut into tokens once and not by every engine. The file is
// believed only if its tokens spell the text.
import { readFile, stat } from 'node:fs/promises';
import { AppFailure } from '../../engine/core/result.ts';
import { knowsTokens, rememberTokens, spells, tokenCodes } from '../../engine/tasks/token-codes.ts';
import { writeWhole } from '../../session/files/index.ts';
import { asFile } from '../files/files.ts';

/** Beside the file of the text. */
export const tokenFileOf = (textPath: string): string => textPath.replace(/\.txt$/, '.gpt2');

/** Whether the tokens of `text` were read there; this process then knows them. */
export async function recallTokens(path: string, text: string): Promise<boolean> {
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null || bytes.byteLength % 4 !== 0) return false;
  const codes = new Uint32Array(Uint8Array.from(bytes).buffer);
  if (!spells(codes, text)) return false;
  rememberTokens(text, codes);
  return true;
}

/** Cuts `text` into tokens unless they are known, and keeps them at `path`. Where there is no place for them, the next process cuts again. */
export async function keepTokens(path: string, text: string): Promise<void> {
  const there = await stat(path).then(
    () => true,
    () => false,
  );
  if (there && (knowsTokens(text) || (await recallTokens(path, text)))) return;
  const codes = tokenCodes(text);
  rememberTokens(text, codes);
  const bytes = new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength);
  await asFile('data', path, () => writeWhole(path, bytes)).catch((error: unknown) => {
    if (!(error instanceof AppFailure) || error.appError.code === 'bug') throw error;
  });
}
