// PNG files as tests need them: any kind, any depth, every filter. Written apart from the reader, from the standard's own description.
import { crc32, deflateSync } from 'node:zlib';

export interface Drawn {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth?: number;
  /** 0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha. */
  readonly colour?: number;
  /** Row by row, all samples of a point together. */
  readonly samples: readonly number[];
  /** Filter of each row; left out = none. */
  readonly filters?: readonly number[];
  readonly palette?: readonly number[];
  readonly transparent?: readonly number[];
  readonly interlaced?: boolean;
}

const count: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** Samples of a row side by side, the first in the highest bits. */
function packedRow(samples: readonly number[], depth: number): number[] {
  const bits = samples.map((value) => value.toString(2).padStart(depth, '0')).join('');
  const bytes = bits.match(/.{1,8}/gu) ?? [];
  return bytes.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

/** What a filter expects at a byte from those to its left, above and above left. */
function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const far = [left, up, corner].map((one) => Math.abs(guess - one));
  return [left, up, corner][far.indexOf(Math.min(...far))];
}

export function pngOf(drawn: Drawn): Buffer {
  const { width, height, depth = 8, colour = 0, samples, filters = [], interlaced = false } = drawn;
  const each = width * count[colour];
  const back = Math.max(1, (depth * count[colour]) >> 3);
  const rows = Array.from({ length: height }, (_, y) => packedRow(samples.slice(y * each, (y + 1) * each), depth));
  const lines = rows.map((row, y) => {
    const filter = filters[y] ?? 0;
    const bytes = row.map((byte, x) => {
      const left = row[x - back] ?? 0;
      const up = rows[y - 1]?.[x] ?? 0;
      const corner = rows[y - 1]?.[x - back] ?? 0;
      const expected = [0, left, up, Math.floor((left + up) / 2), paeth(left, up, corner)][filter];
      return (byte - expected + 256) % 256;
    });
    return [filter, ...bytes];
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([depth, colour, 0, 0, interlaced ? 1 : 0], 8);
  const packed = deflateSync(Uint8Array.from(lines.flat()));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    ...(drawn.palette === undefined ? [] : [chunk('PLTE', Uint8Array.from(drawn.palette))]),
    ...(drawn.transparent === undefined ? [] : [chunk('tRNS', Uint8Array.from(drawn.transparent))]),
    chunk('IDAT', packed.subarray(0, packed.length >> 1)),
    chunk('IDAT', packed.subarray(packed.length >> 1)),
    chunk('IEND', new Uint8Array()),
  ]);
}
