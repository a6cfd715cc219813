// Reads a gzipped tar as npm packs it: ustar headers, long names by pax or GNU. Links are refused: no package of a registry has any.
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { asIs, say } from '../../engine/core/say.ts';
import { damagedArchive, orDamaged, type ArchiveFile } from './archive.ts';

const block = 512;
const most = 64 * 2 ** 20;

interface Header {
  readonly name: string;
  readonly size: number;
  readonly type: string;
}

const textAt = (header: Buffer, from: number, length: number): string => {
  const bytes = header.subarray(from, from + length);
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? length : end);
};

/** Null = a block of zeros, the end. `NaN` as size where a number is none. */
function headerOf(bytes: Buffer): Header | null {
  if (bytes.every((byte) => byte === 0)) return null;
  const size = textAt(bytes, 124, 12).trim();
  const prefix = textAt(bytes, 257, 5) === 'ustar' ? textAt(bytes, 345, 155) : '';
  const name = textAt(bytes, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size: /^[0-7]+$/.test(size) ? Number.parseInt(size, 8) : Number.NaN,
    type: String.fromCharCode(bytes[156] || 0x30),
  };
}

/** The sum over the header with its own field as blanks. */
function isWhole(bytes: Buffer): boolean {
  let sum = 8 * 0x20;
  for (let at = 0; at < block; at++) if (at < 148 || at >= 156) sum += bytes.readUInt8(at);
  return Number.parseInt(textAt(bytes, 148, 8).trim(), 8) === sum;
}

/** `path` of a pax header: lines of `length key=value`. */
const paxPath = (content: Buffer): string | null => /^\d+ path=(.*)$/m.exec(content.toString('utf8'))?.[1] ?? null;

/** Bytes of the stream in portions of any wanted size. */
class Portions {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** At most `size` bytes, at least one; none at the end. */
  async some(size: number): Promise<Buffer> {
    if (this.#rest.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) return Buffer.alloc(0);
      this.#rest = next.value;
    }
    const taken = this.#rest.subarray(0, size);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  /** Exactly `size` bytes, fewer only at the end. */
  async exactly(size: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = size; left > 0;) {
      const part = await this.some(left);
      if (part.length === 0) break;
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }
}

async function* contentOf(portions: Portions, size: number, read: { left: number }): AsyncGenerator<Uint8Array> {
  read.left = size;
  while (read.left > 0) {
    const part = await portions.some(read.left);
    if (part.length === 0) return;
    read.left -= part.length;
    yield part;
  }
}

/** The files, in order. What is not read of one is passed over. */
export async function* readTar(path: string, onProgress: (bytes: number) => void): AsyncGenerator<ArchiveFile> {
  const source = createReadStream(path);
  let seen = 0;
  source.on('data', (chunk) => onProgress((seen += chunk.length)));
  const unzipped = createGunzip();
  source.on('error', (error) => unzipped.destroy(error));
  try {
    yield* filesOf(path, new Portions(source.pipe(unzipped)));
  } catch (error) {
    throw orDamaged(path, error);
  } finally {
    source.destroy();
    unzipped.destroy();
  }
}

async function* filesOf(path: string, portions: Portions): AsyncGenerator<ArchiveFile> {
  let longName: string | null = null;
  for (;;) {
    const bytes = await portions.exactly(block);
    if (bytes.length < block) throw damagedArchive(path, say`an end in the middle`);
    const header = headerOf(bytes);
    if (header === null) return;
    if (!isWhole(bytes) || Number.isNaN(header.size)) throw damagedArchive(path, say`damaged bytes`);
    const padded = Math.ceil(header.size / block) * block;
    if (header.type === 'x' || header.type === 'L') {
      if (header.size > most) throw damagedArchive(path, say`damaged bytes`);
      const content = (await portions.exactly(padded)).subarray(0, header.size);
      longName = header.type === 'x' ? (paxPath(content) ?? longName) : content.toString('utf8').replace(/\0+$/, '');
      continue;
    }
    const name: string = longName ?? header.name;
    longName = null;
    if (header.type === '1' || header.type === '2') throw damagedArchive(path, say`a link called "${asIs(name)}"`);
    const read = { left: header.size };
    if (header.type === '0') yield { name, size: header.size, content: () => contentOf(portions, header.size, read) };
    await pass(portions, read.left + padded - header.size);
  }
}

async function pass(portions: Portions, bytes: number): Promise<void> {
  for (let left = bytes; left > 0;) {
    const part = await portions.some(left);
    if (part.length === 0) return;
    left -= part.length;
  }
}
