// Downloads one file over HTTP: continues where an earlier attempt stopped, reports progress, and gives the file its name only if size and
// hash are right. Independent of the catalogue.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, type Message, say } from '../../engine/core/say.ts';
import { systemWords } from '../../engine/core/system-words.ts';
import { discard, fileMode, makeFolder, publish } from '../../session/files/index.ts';
import { fileError, systemCode } from '../files/files.ts';

/** What the file must hash to, in lower-case hex. */
export interface Digest {
  readonly algorithm: 'sha256' | 'sha512';
  readonly hex: string;
}

export interface DownloadRequest {
  readonly url: string;
  readonly bytes: number;
  readonly digest: Digest;
  readonly target: string;
  readonly onProgress: (received: number) => void;
  readonly signal?: AbortSignal;
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    (found) => found.size,
    () => 0,
  );

const titles = { sha256: 'SHA-256', sha512: 'SHA-512' } as const;

export async function hashFile(path: string, algorithm: Digest['algorithm'] = 'sha256'): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** Rejects with AppFailure: `network` (the received part is kept for the next attempt), `damaged-file`, `disk-full`. */
export async function download(request: DownloadRequest): Promise<void> {
  const part = `${request.target}.part`;
  makeFolder(dirname(request.target));
  let have = await sizeOf(part);
  if (have > request.bytes) {
    discard(part);
    have = 0;
  }
  if (have < request.bytes) await fetchRest(request, part, have);
  const { algorithm, hex } = request.digest;
  const hash = await hashFile(part, algorithm);
  if (hash !== hex) {
    discard(part);
    throw new AppFailure({
      code: 'damaged-file',
      message: say`download: ${asIs(request.url)} must have ${asIs<string>(titles[algorithm])} ${asIs(hex)}, got ${asIs(hash)}`,
      cure: say`Nothing was kept. Try again; if it stays like this, the source has changed.`,
    });
  }
  publish(part, request.target, true);
}

async function fetchRest(request: DownloadRequest, part: string, have: number): Promise<void> {
  const response = await ask(request, have);
  // A server that ignores the range sends the whole file, so writing starts over.
  const start = response.status === 206 ? have : 0;
  const file = await open(part, start > 0 ? 'a' : 'w', fileMode);
  let received = start;
  try {
    for await (const chunk of response.body ?? []) {
      received += chunk.byteLength;
      if (received > request.bytes) throw tooLong(request);
      await file.write(chunk);
      request.onProgress(received);
    }
    await file.sync();
  } catch (error) {
    throw broken(request, part, error);
  } finally {
    await file.close();
  }
  if (received < request.bytes) throw unfetched(request, say`it ended after ${received} of ${request.bytes} bytes`);
}

/** The part of a Response used here. */
interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array> | null;
}

async function ask(request: DownloadRequest, have: number): Promise<Answer> {
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-` } : {};
  const init: RequestInit = request.signal ? { headers, signal: request.signal } : { headers };
  let response: Answer;
  try {
    response = await fetch(request.url, init);
  } catch (error) {
    throw broken(request, request.target, error);
  }
  if (response.ok && response.body) return response;
  throw unfetched(request, say`the server answered ${asIs(String(response.status))}`);
}

const tooLong = (request: DownloadRequest): AppFailure =>
  new AppFailure({
    code: 'damaged-file',
    message: say`download: ${asIs(request.url)} must have ${request.bytes} bytes, got more`,
  });

function broken(request: DownloadRequest, path: string, error: unknown): AppFailure {
  if (error instanceof AppFailure) return error;
  if (request.signal?.aborted)
    return new AppFailure({ code: 'cancelled', message: say`download: ${asIs(request.url)} was cancelled` });
  if (['ENOSPC', 'EDQUOT', 'EACCES', 'EFBIG'].includes(systemCode(error) ?? ''))
    return new AppFailure(fileError('download', path, error));
  return unfetched(request, whyOf(error));
}

const unfetched = ({ url }: DownloadRequest, why: Message): AppFailure =>
  new AppFailure({
    code: 'network',
    message: say`download: ${asIs(url)} could not be fetched: ${why}`,
    cure: say`Check the connection and try again; what came so far is kept.`,
  });

/** What `fetch` throws holds the system's answer as its cause. */
const whyOf = (error: unknown): Message =>
  error instanceof Error && error.cause instanceof Error ? systemWords(error.cause) : systemWords(error);
