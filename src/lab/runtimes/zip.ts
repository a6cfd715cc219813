// Reads single files out of a zip by its directory at the end, so that a library is taken out of a large wheel without reading the rest. No
// encryption, no parts, nothing over 4 GiB: what needs those is refused.
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createInflateRaw } from 'node:zlib';
import { say } from '../../engine/core/say.ts';
import { damagedArchive, orDamaged, type ArchiveFile, type Take } from './archive.ts';

const endMark = 0x06054b50;
const entryMark = 0x02014b50;
const fileMark = 0x04034b50;
/** Longest comment at the end, and the record before it. */
const tail = 65_535 + 22;
const large = 0xffff_ffff;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

async function directoryOf(file: FileHandle, path: string): Promise<readonly Entry[]> {
  const { size } = await file.stat();
  const end = await readAt(file, Math.max(0, size - tail), Math.min(size, tail));
  let at = end.length - 22;
  while (at >= 0 && end.readUInt32LE(at) !== endMark) at -= 1;
  if (at < 0) throw damagedArchive(path, say`no directory`);
  const [length, start] = [end.readUInt32LE(at + 12), end.readUInt32LE(at + 16)];
  if (start + length > size) throw damagedArchive(path, say`no directory`);
  return entriesOf(await readAt(file, start, length), path);
}

function entriesOf(directory: Buffer, path: string): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at + 46 <= directory.length;) {
    if (directory.readUInt32LE(at) !== entryMark) throw damagedArchive(path, say`damaged bytes`);
    const short = (place: number): number => directory.readUInt16LE(at + place);
    const long = (place: number): number => directory.readUInt32LE(at + place);
    const [nameLength, packed, size, where] = [short(28), long(20), long(24), long(42)];
    if ([packed, size, where].includes(large)) throw damagedArchive(path, say`a file over 4 GiB`);
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    entries.push({ name, method: short(10), packed, size, at: where });
    at += 46 + nameLength + short(30) + short(32);
  }
  return entries;
}

/** Where the bytes of a file begin: its own header has extra fields of its own length. */
async function startOf(file: FileHandle, { at }: Entry, path: string): Promise<number> {
  const header = await readAt(file, at, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== fileMark) throw damagedArchive(path, say`damaged bytes`);
  return at + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

interface Place {
  readonly start: number;
  readonly read: (bytes: number) => void;
}

async function* bytesOf(path: string, entry: Entry, { start, read }: Place): AsyncGenerator<Uint8Array> {
  if (entry.packed === 0) return;
  const source = createReadStream(path, { start, end: start + entry.packed - 1 });
  source.on('data', (chunk) => read(chunk.length));
  const bytes = entry.method === 0 ? source : source.pipe(createInflateRaw());
  source.on('error', (error) => bytes.destroy(error));
  try {
    for await (const chunk of bytes) yield chunk as Uint8Array;
  } catch (error) {
    throw orDamaged(path, error);
  } finally {
    source.destroy();
    bytes.destroy();
  }
}

/** The files that are wanted, in the order of the directory. Progress is told in bytes of the whole archive. */
export async function* readZip(
  archive: string,
  take: Take,
  onProgress: (bytes: number) => void,
): AsyncGenerator<ArchiveFile> {
  const file = await open(archive, 'r');
  try {
    const { size } = await file.stat();
    const all = await directoryOf(file, archive);
    const wanted = all.filter(({ name }) => take.some(([from]) => name.startsWith(from)));
    const packed = wanted.reduce((sum, entry) => sum + entry.packed, 0);
    let done = 0;
    const read = (bytes: number): void => onProgress(Math.round(((done += bytes) / packed) * size));
    for (const entry of wanted) {
      if (entry.method !== 0 && entry.method !== 8) throw damagedArchive(archive, say`packing method ${entry.method}`);
      const start = await startOf(file, entry, archive);
      yield { name: entry.name, size: entry.size, content: () => bytesOf(archive, entry, { start, read }) };
    }
  } finally {
    await file.close();
  }
}
