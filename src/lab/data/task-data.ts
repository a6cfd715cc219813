// What a task learns from as bytes and back, and as a handle: the path of a file and the hash of its content. An engine reads that file itself,
// so nothing of it travels in messages. Independent of the list of datasets and sessions.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppFailure, fail, ok, type Result } from '../../engine/core/result.ts';
import { asIs, say, term } from '../../engine/core/say.ts';
import type { LabelledSet, TaskData } from '../../engine/data/labelled.ts';
import { readStored } from '../../engine/data/stored.ts';
import { sizeOfTable } from '../../engine/data/table.ts';
import type { DataNeed, DatasetInfo, DataSize } from '../../engine/spec/catalogue.ts';
import { readText } from '../../protocol/text-file.ts';
import type { DataHandle } from '../../protocol/engine.ts';
import { asFile } from '../files/files.ts';
import { recallTokens } from './token-file.ts';

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

export const kindOf = (data: TaskData): DataNeed => (typeof data === 'string' ? 'text' : data.kind);

export const bytesOf = (data: TaskData): Uint8Array =>
  typeof data === 'string' ? new TextEncoder().encode(data) : data.bytes;

/** Its file name in a folder of files by hash. */
export const fileOf = (kind: DataNeed, hash: string): string => `${hash}.${kind === 'text' ? 'txt' : 'data'}`;

let newest: { readonly data: TaskData; readonly hash: string } | null = null;

/** The latest is cached, since the runs of a race share theirs. */
export function hashOf(data: TaskData): string {
  if (newest?.data !== data) newest = { data, hash: sha256(bytesOf(data)) };
  return newest.hash;
}

/** What is known of it without reading it; nothing for a text. */
export function aboutOf(data: TaskData): Pick<DatasetInfo, 'holds' | 'table'> {
  if (typeof data === 'string') return {};
  return data.kind === 'table' ? { table: sizeOfTable(data) } : { holds: holdsOf(data) };
}

function holdsOf(data: LabelledSet): DataSize {
  const { lengths, width, shape, names } = data;
  let [shortest, longest] = [Infinity, 0];
  for (const length of lengths) [shortest, longest] = [Math.min(shortest, length), Math.max(longest, length)];
  return { sequences: lengths.length, shortest, longest, width, shape, classes: names };
}

/** The content of a file written by this program. */
export function readData(kind: DataNeed, name: string, bytes: Uint8Array): Result<TaskData> {
  if (kind === 'text') return readText(bytes, name);
  const read = readStored(name, bytes);
  if (!read.ok || read.value.kind === kind) return read;
  return fail(
    'damaged-file',
    say`data "${asIs(name)}": its file must hold ${term(kind)}, got ${term(read.value.kind)}`,
  );
}

/** Data stored in a session: a text has no zero byte, and the other kind begins with the length of its header. */
export const readCarried = (name: string, bytes: Uint8Array): Result<TaskData> =>
  bytes[7] === 0 ? readStored(name, bytes) : readText(bytes, name);

/** The file of a handle, read where it is and checked. Rejects with `not-found` or `damaged-file`. */
export async function openData({ path, kind, sha256: hash, tokens }: DataHandle): Promise<Result<TaskData>> {
  const bytes = await asFile('data', path, () => readFile(path));
  const got = sha256(bytes);
  if (got !== hash) {
    throw new AppFailure({
      code: 'damaged-file',
      message: say`data: ${asIs(path)} must have SHA-256 ${asIs(hash)}, got ${asIs(got)}`,
      cure: say`Remove the file and import or download it again.`,
    });
  }
  // The bytes are exactly those that were learned; a text must not be cleaned again.
  if (kind !== 'text') return readData(kind, path, bytes);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (tokens !== undefined) await recallTokens(tokens, text);
  return ok(text);
}
