// The safetensors file format: a JSON header and one block of tensors. Handles bytes and names, not their meaning.
// Layout: u64 length of the header, header padded with spaces to a multiple of 8, data. Wider elements come first, so that every
// tensor is at a multiple of its element size.
import { parseJson } from './json.ts';
import { fail, ok, type Result } from './result.ts';
import { asIs, type Message, say } from './say.ts';
import { sizeOf, type Shape } from './tensor.ts';

const widths = { F64: 8, F32: 4, I32: 4 } as const;

export type StoredType = keyof typeof widths;
export type StoredData = Float32Array | Float64Array | Int32Array;

export interface StoredTensor {
  readonly dtype: StoredType;
  readonly shape: Shape;
  readonly data: StoredData;
}

export interface StoredTensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface TensorEntry {
  readonly name: string;
  readonly dtype: StoredType;
  readonly shape: Shape;
}

/** A file with its header written and its tensors zero: `views` write straight into `bytes`. */
export function allocateSafetensors(
  entries: readonly TensorEntry[],
  metadata: Readonly<Record<string, string>>,
): { readonly bytes: Uint8Array; readonly views: ReadonlyMap<string, StoredData> } {
  const sorted = [...entries].sort((a, b) => widths[b.dtype] - widths[a.dtype]);
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, dtype, shape } of sorted) {
    const begin = end;
    end += widths[dtype] * sizeOf(shape);
    header[name] = { dtype, shape, data_offsets: [begin, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = 8 + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.fill(0x20, 8, start);
  bytes.set(text, 8);
  return { bytes, views: viewsOf(bytes, start, sorted) };
}

/** Tensors and metadata as one file. */
export function writeSafetensors({ tensors, metadata }: StoredTensors): Uint8Array {
  const entries = [...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  const { bytes, views } = allocateSafetensors(entries, metadata);
  for (const [name, tensor] of tensors) views.get(name)?.set(tensor.data);
  return bytes;
}

function viewsOf(bytes: Uint8Array, start: number, sorted: readonly TensorEntry[]): ReadonlyMap<string, StoredData> {
  const views = new Map<string, StoredData>();
  let offset = start;
  for (const { name, dtype, shape } of sorted) {
    views.set(name, viewOf(bytes, dtype, offset, sizeOf(shape)));
    offset += widths[dtype] * sizeOf(shape);
  }
  return views;
}

function viewOf(bytes: Uint8Array, dtype: StoredType, offset: number, length: number): StoredData {
  const at = bytes.byteOffset + offset;
  if (dtype === 'F64') return new Float64Array(bytes.buffer, at, length);
  return dtype === 'F32' ? new Float32Array(bytes.buffer, at, length) : new Int32Array(bytes.buffer, at, length);
}

const broken = (what: Message): Result<never> => fail('damaged-file', say`safetensors: ${what}`);

/** Reads a whole file; the tensors are views when the bytes are at a multiple of 8 and copies otherwise. */
export function readSafetensors(bytes: Uint8Array): Result<StoredTensors> {
  // Not `slice`: for a Node Buffer that returns a view, not a copy.
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  const header = readHeader(aligned);
  if (!header.ok) return header;
  const { start, json } = header.value;
  const tensors = new Map<string, StoredTensor>();
  let covered = 0;
  for (const [name, described] of Object.entries(json)) {
    if (name === '__metadata__') continue;
    const tensor = readTensor(aligned, start, name, described);
    if (!tensor.ok) return tensor;
    covered += tensor.value.data.byteLength;
    tensors.set(name, tensor.value);
  }
  if (covered !== aligned.length - start) {
    return broken(say`the tensors must cover the data of ${aligned.length - start} bytes exactly, got ${covered}`);
  }
  const metadata = metadataOf(json);
  return metadata.ok ? ok({ tensors, metadata: metadata.value }) : metadata;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readHeader(bytes: Uint8Array): Result<{ readonly start: number; readonly json: Json }> {
  if (bytes.length < 8) return broken(say`a file must have at least 8 bytes, got ${bytes.length}`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > bytes.length - 8) {
    return broken(say`the header must fit into the file of ${bytes.length} bytes, got a header of ${length}`);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length));
    const json = parseJson(text, say`the header`);
    if (!json.ok) return broken(json.error.message);
    return isObject(json.value)
      ? ok({ start: 8 + length, json: json.value })
      : broken(say`the header must be a JSON object`);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return broken(say`the header must be JSON in UTF-8`);
  }
}

function readTensor(bytes: Uint8Array, start: number, name: string, described: unknown): Result<StoredTensor> {
  const entry = entryOf(described);
  if (entry === null) return broken(say`tensor ${asIs(name)} must have dtype, shape and data_offsets`);
  const { dtype, shape, begin, end } = entry;
  if (!Object.hasOwn(widths, dtype))
    return fail('unsupported', say`safetensors: tensor ${asIs(name)} must be F32, F64 or I32, got ${asIs(dtype)}`);
  const type = dtype as StoredType;
  const want = widths[type] * sizeOf(shape);
  if (end - begin !== want)
    return broken(say`tensor ${asIs(name)} must have ${want} bytes for its shape, got ${end - begin}`);
  if (end > bytes.length - start)
    return broken(say`tensor ${asIs(name)} must end within the file, got an end at ${end}`);
  if ((start + begin) % widths[type] !== 0) {
    const copy = new Uint8Array(bytes.subarray(start + begin, start + end));
    return ok({ dtype: type, shape, data: viewOf(copy, type, 0, sizeOf(shape)) });
  }
  return ok({ dtype: type, shape, data: viewOf(bytes, type, start + begin, sizeOf(shape)) });
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

function entryOf(value: unknown): { dtype: string; shape: Shape; begin: number; end: number } | null {
  if (!isObject(value)) return null;
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !shape.every(isCount)) return null;
  if (!Array.isArray(offsets) || offsets.length !== 2) return null;
  const [begin, end] = offsets as unknown[];
  return isCount(begin) && isCount(end) && begin <= end ? { dtype, shape, begin, end } : null;
}

/** The format allows only strings as metadata. */
function metadataOf(json: Json): Result<Readonly<Record<string, string>>> {
  const metadata = json['__metadata__'] ?? {};
  const entries = isObject(metadata) ? Object.entries(metadata) : null;
  const texts = entries?.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (texts === undefined || texts.length !== entries?.length) return broken(say`the metadata must be texts by name`);
  return ok(Object.fromEntries(texts));
}
