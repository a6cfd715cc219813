// Takes named files out of an archive into a folder. What an archive says of itself is not trusted: no name leads out of the folder, no link is
// made, and nothing becomes larger than it said.
import { open } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { asIs, say } from '../../engine/core/say.ts';
import { fileMode, makeFolder } from '../../session/files/index.ts';
import { damagedArchive, type ArchiveFile, type Take } from './archive.ts';
import { readTar } from './tar.ts';
import { readZip } from './zip.ts';

export interface UnpackRequest {
  readonly archive: string;
  readonly kind: 'tgz' | 'zip';
  readonly folder: string;
  readonly take: Take;
  /** Bytes of the archive that are done. */
  readonly onProgress: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Descriptions of sources for debuggers: no run needs them, and they are half of the bytes. */
const unneeded = /\.map$/;

/** Where a file of the archive goes; null = nowhere. */
function targetOf(name: string, { take, folder, archive }: UnpackRequest): string | null {
  const rule = take.find(([from]) => name.startsWith(from));
  if (rule === undefined || name.endsWith('/') || unneeded.test(name)) return null;
  const [from, to] = rule;
  const parts = `${to}${name.slice(from.length)}`.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\\') || part.includes('\0')))
    throw damagedArchive(archive, say`a file called "${asIs(name)}"`);
  return join(folder, parts.join(sep));
}

async function writeOne(file: ArchiveFile, target: string, request: UnpackRequest): Promise<void> {
  makeFolder(dirname(target));
  const handle = await open(target, 'w', fileMode);
  let written = 0;
  try {
    for await (const chunk of file.content()) {
      request.signal.throwIfAborted();
      const bytes = chunk as Uint8Array;
      written += bytes.byteLength;
      if (written > file.size) break;
      await handle.write(bytes);
    }
  } finally {
    await handle.close();
  }
  if (written !== file.size)
    throw damagedArchive(request.archive, say`${written} bytes of "${asIs(file.name)}" instead of ${file.size}`);
}

/** Unpacks; the number of files that were written. Rejects with AppFailure, or with the signal's reason. */
export async function unpack(request: UnpackRequest): Promise<number> {
  const files =
    request.kind === 'tgz'
      ? readTar(request.archive, request.onProgress)
      : readZip(request.archive, request.take, request.onProgress);
  let count = 0;
  for await (const file of files) {
    request.signal.throwIfAborted();
    const target = targetOf(file.name, request);
    if (target === null) continue;
    await writeOne(file, target, request);
    count += 1;
  }
  return count;
}
