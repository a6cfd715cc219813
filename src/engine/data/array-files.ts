// Arrays as NumPy (.npy) and MNIST (IDX) write them: numbers with a shape, in one file. Every error names the file and the place.
import { fail, ok, type Result } from '../core/result.ts';
import { asIs, type Message, say } from '../core/say.ts';
import { mostValues } from './labelled.ts';

export interface NumberArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** Numbers of one byte, 0 to 255: the points of a picture. */
  readonly bytes: boolean;
}

const wrong = (name: string, message: Message, cure?: Message): Result<never> =>
  fail('bad-input', say`data "${asIs(name)}": ${message}`, { field: 'path', ...(cure === undefined ? {} : { cure }) });

type Take = (view: DataView, at: number, little: boolean) => number;

interface Element {
  readonly width: number;
  readonly take: Take;
}

const elements: Readonly<Record<string, Element>> = {
  u1: { width: 1, take: (view, at) => view.getUint8(at) },
  i1: { width: 1, take: (view, at) => view.getInt8(at) },
  b1: { width: 1, take: (view, at) => view.getUint8(at) },
  u2: { width: 2, take: (view, at, little) => view.getUint16(at, little) },
  i2: { width: 2, take: (view, at, little) => view.getInt16(at, little) },
  u4: { width: 4, take: (view, at, little) => view.getUint32(at, little) },
  i4: { width: 4, take: (view, at, little) => view.getInt32(at, little) },
  i8: { width: 8, take: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u8: { width: 8, take: (view, at, little) => Number(view.getBigUint64(at, little)) },
  f4: { width: 4, take: (view, at, little) => view.getFloat32(at, little) },
  f8: { width: 8, take: (view, at, little) => view.getFloat64(at, little) },
};

interface Layout {
  readonly shape: readonly number[];
  readonly type: string;
  readonly little: boolean;
  /** First byte of the numbers. */
  readonly start: number;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The file must have exactly the size its header claims before memory is allocated. */
function readNumbers(name: string, bytes: Uint8Array, { shape, type, little, start }: Layout): Result<NumberArray> {
  const element = elements[type];
  if (element === undefined) return wrong(name, say`numbers must be whole or floating point, got type ${asIs(type)}`);
  const count = shape.reduce((all, extent) => all * extent, 1);
  const needed = start + count * element.width;
  if (count > mostValues)
    return wrong(name, say`an array must have at most ${mostValues} numbers, got ${asIs(shape.join(' x '))}`);
  if (needed !== bytes.byteLength)
    return wrong(
      name,
      say`${asIs(shape.join(' x '))} numbers need ${needed} bytes, got ${bytes.byteLength}`,
      say`The file was cut off or has extra data at its end: copy it again.`,
    );
  const view = viewOf(bytes);
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const value = element.take(view, start + i * element.width, little);
    if (!Number.isFinite(Math.fround(value)))
      return wrong(name, say`every value must be a finite number, got something else at position ${i + 1}`);
    data[i] = value;
  }
  return ok({ shape, data, bytes: type === 'u1' });
}

const idxTypes: Readonly<Record<number, string>> = {
  0x08: 'u1',
  0x09: 'i1',
  0x0b: 'i2',
  0x0c: 'i4',
  0x0d: 'f4',
  0x0e: 'f8',
};

export const looksLikeIdx = (bytes: Uint8Array): boolean =>
  bytes.byteLength > 4 && bytes[0] === 0 && bytes[1] === 0 && idxTypes[bytes[2] ?? 0] !== undefined;

/** IDX: two zero bytes, type, number of extents, the extents (big-endian), then the numbers. */
export function readIdx(name: string, bytes: Uint8Array): Result<NumberArray> {
  const type = idxTypes[bytes[2] ?? 0];
  const extents = bytes[3] ?? 0;
  if (!looksLikeIdx(bytes) || type === undefined)
    return wrong(name, say`an IDX file must begin with two zero bytes and its type, got other bytes`);
  const start = 4 + 4 * extents;
  if (extents < 1 || extents > 4 || bytes.byteLength < start)
    return wrong(
      name,
      say`an IDX file must have from 1 to 4 extents in its header, got ${extents} in ${bytes.byteLength} bytes`,
    );
  const view = viewOf(bytes);
  const shape = Array.from({ length: extents }, (_, i) => view.getUint32(4 + 4 * i));
  return readNumbers(name, bytes, { shape, type, little: false, start });
}

const npyMark = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export const looksLikeNpy = (bytes: Uint8Array): boolean => npyMark.every((byte, i) => bytes[i] === byte);

/** NumPy's own format, versions 1 to 3: a header written as a Python dictionary, then the numbers in C order. */
export function readNpy(name: string, bytes: Uint8Array): Result<NumberArray> {
  if (!looksLikeNpy(bytes) || bytes.byteLength < 12)
    return wrong(name, say`a .npy file must begin with NumPy's mark and a header, got other bytes`);
  const view = viewOf(bytes);
  const wide = (bytes[6] ?? 1) > 1;
  const start = wide ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true);
  if (start > bytes.byteLength)
    return wrong(
      name,
      say`the header must end before the file does, got an end at byte ${start} of ${bytes.byteLength}`,
    );
  const header = new TextDecoder('latin1').decode(bytes.subarray(wide ? 12 : 10, start));
  const [, order, type] = /'descr':\s*'([<>|=])([a-z]\d+)'/u.exec(header) ?? [];
  const [, shapeText] = /'shape':\s*\(([\d,\s]*)\)/u.exec(header) ?? [];
  if (type === undefined || shapeText === undefined)
    return wrong(
      name,
      say`the header must name a type of numbers and a shape, got ${asIs(header.trim().slice(0, 80))}`,
    );
  if (/'fortran_order':\s*True/u.test(header))
    return wrong(
      name,
      say`the numbers must lie in C order, got Fortran order`,
      say`Save it with numpy.save(name, numpy.ascontiguousarray(x)).`,
    );
  const shape = shapeText
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  return readNumbers(name, bytes, { shape, type, little: order !== '>', start });
}
