// A PNG file as points: grey, colour and palette at all depths; what is see-through lies on white. Checks every sum and claims no memory
// before the size is known to be small. Not here: interlacing, which pictures for learning hardly have.
import { crc32, inflateSync } from 'node:zlib';
import { itemAt } from '../../engine/core/item.ts';
import { fail, ok, type Result } from '../../engine/core/result.ts';
import { asIs, type Message, say } from '../../engine/core/say.ts';

export interface Points {
  readonly height: number;
  readonly width: number;
  /** 1 = grey, 3 = red, green, blue. */
  readonly channels: 1 | 3;
  /** Row by row, the channels of a point together, 0 to 255. */
  readonly bytes: Uint8Array;
}

/** Points of a side: of larger pictures one alone would fill a set. */
const longestSide = 4096;
const mark = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
export const looksLikePng = (bytes: Uint8Array): boolean => mark.every((byte, at) => bytes[at] === byte);

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
}

/** Samples of a point by the type of colour: grey, colour, palette, grey and alpha, colour and alpha. */
const samplesOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export function readPng(name: string, bytes: Uint8Array): Result<Points> {
  const wrong = (message: Message, cure?: Message): Result<never> =>
    fail('bad-input', say`picture "${asIs(name)}": ${message}`, {
      field: 'path',
      ...(cure === undefined ? {} : { cure }),
    });
  const chunks = chunksOf(bytes);
  if (chunks === null) return wrong(say`a PNG file must be whole, got one that is cut off or damaged`);
  const header = headerOf(chunks.get('IHDR'));
  if (header === null) return wrong(say`a PNG file must begin with a valid header, got another`);
  const { width, height } = header;
  if (width > longestSide || height > longestSide)
    return wrong(say`a picture must have at most ${longestSide} points a side, got ${width} x ${height}`);
  if (chunks.get('IHDR')?.[12] !== 0)
    return wrong(say`a picture must not be interlaced`, say`Save it again without interlacing.`);
  const rows = rowsOf(header, chunks.get('IDAT') ?? new Uint8Array());
  if (rows === null) return wrong(say`a PNG file must be whole, got one that is cut off or damaged`);
  const points = pointsOf(header, rows, chunks);
  return points === null ? wrong(say`a picture with a palette must have every colour it uses`) : ok(points);
}

/** Parts by name, those of the same name joined; null if one is cut off or its sum is wrong. */
function chunksOf(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> | null {
  if (!looksLikePng(bytes)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts = new Map<string, Uint8Array[]>();
  let at = mark.length;
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at);
    const end = at + 8 + length;
    if (end + 4 > bytes.length || crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) return null;
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    parts.set(name, [...(parts.get(name) ?? []), bytes.subarray(at + 8, end)]);
    if (name === 'IEND') return new Map([...parts].map(([key, all]) => [key, Buffer.concat(all)]));
    at = end + 4;
  }
  return null;
}

function headerOf(bytes: Uint8Array | undefined): Header | null {
  if (bytes?.length !== 13) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colour] = [view.getUint8(8), view.getUint8(9)];
  const depths = colour === 0 ? [1, 2, 4, 8, 16] : colour === 3 ? [1, 2, 4, 8] : [8, 16];
  if (samplesOf[colour] === undefined || !depths.includes(depth) || width === 0 || height === 0) return null;
  return { width, height, depth, colour };
}

/** The bytes of all rows without their filters; null if they are not exactly as many as the size needs. */
function rowsOf({ width, height, depth, colour }: Header, packed: Uint8Array): Uint8Array | null {
  const bits = depth * (samplesOf[colour] ?? 1);
  const [stride, back] = [Math.ceil((width * bits) / 8), Math.max(1, bits >> 3)];
  const raw = unpacked(packed, height * (stride + 1));
  if (raw?.length !== height * (stride + 1)) return null;
  const rows = new Uint8Array(height * stride);
  for (let y = 0; y < height; y++) {
    const filter = itemAt(raw, y * (stride + 1));
    if (filter > 4) return null;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < back ? 0 : itemAt(rows, at - back);
      const up = y === 0 ? 0 : itemAt(rows, at - stride);
      const corner = x < back || y === 0 ? 0 : itemAt(rows, at - stride - back);
      rows[at] = itemAt(raw, y * (stride + 1) + 1 + x) + predicted(filter, left, up, corner);
    }
  }
  return rows;
}

function unpacked(packed: Uint8Array, most: number): Uint8Array | null {
  try {
    return inflateSync(packed, { maxOutputLength: most });
  } catch {
    return null;
  }
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter < 3) return filter === 0 ? 0 : filter === 1 ? left : up;
  if (filter === 3) return (left + up) >> 1;
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Null if a point has no colour in the palette. */
function pointsOf(header: Header, rows: Uint8Array, chunks: ReadonlyMap<string, Uint8Array>): Points | null {
  const { width, height, depth, colour } = header;
  const [samples, palette] = [samplesOf[colour] ?? 1, chunks.get('PLTE') ?? new Uint8Array()];
  const channels = colour === 0 || colour === 4 ? 1 : 3;
  const bytes = new Uint8Array(width * height * channels);
  const stride = Math.ceil((width * depth * samples) / 8);
  const sample = (x: number, y: number, i: number): number => sampleAt(rows, y * stride, x * samples + i, depth);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels;
      const alpha = alphaOf(header, chunks.get('tRNS'), (i) => sample(x, y, i));
      for (let i = 0; i < channels; i++) {
        const value = colour === 3 ? palette[3 * sample(x, y, 0) + i] : scaled(sample(x, y, i), depth);
        if (value === undefined) return null;
        bytes[at + i] = Math.round(255 + (value - 255) * alpha);
      }
    }
  }
  return { height, width, channels, bytes };
}

const scaled = (value: number, depth: number): number => (depth === 16 ? value >> 8 : (value * 255) / (2 ** depth - 1));

function sampleAt(rows: Uint8Array, start: number, index: number, depth: number): number {
  const byte = (at: number): number => itemAt(rows, at);
  if (depth === 16) return byte(start + 2 * index) * 256 + byte(start + 2 * index + 1);
  if (depth === 8) return byte(start + index);
  const bit = index * depth;
  return (byte(start + (bit >> 3)) >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}

/** From 0 to 1: how much of a point is not see-through. `list` = see-through colours of the file. */
function alphaOf({ colour, depth }: Header, list: Uint8Array | undefined, sample: (i: number) => number): number {
  if (colour === 4 || colour === 6) return sample(colour === 4 ? 1 : 3) / (2 ** depth - 1);
  if (list === undefined) return 1;
  if (colour === 3) return (list[sample(0)] ?? 255) / 255;
  const wanted = Array.from({ length: colour === 0 ? 1 : 3 }, (_, i) => list.subarray(2 * i, 2 * i + 2));
  return wanted.every(([high, low], i) => high === sample(i) >> 8 && low === (sample(i) & 255)) ? 0 : 1;
}
