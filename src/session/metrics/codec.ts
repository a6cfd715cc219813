// Points of one metric as bytes and back: four float64 columns one after the other, little-endian as on every supported machine.
// Independent of tables.
import { asIs, say } from '../../engine/core/say.ts';
import { crc32 } from 'node:zlib';
import type { MetricColumns } from '../../engine/spec/metrics.ts';
import { failure } from '../failures.ts';

/** n points in columns; a value that is not a finite number is NaN. */
export interface SeriesColumns {
  readonly step: Float64Array; // [n]
  readonly active: Float64Array; // [n] seconds
  readonly wall: Float64Array; // [n] seconds
  readonly value: Float64Array; // [n]
}

export const bytesPerPoint = 32;
export const countOf = (points: SeriesColumns): number => points.step.length;

const columnsOf = (points: SeriesColumns): readonly Float64Array[] => [
  points.step,
  points.active,
  points.wall,
  points.value,
];

/** A view of floats over bytes, copied only where the bytes are not aligned to eight. */
export function floatsOf(bytes: Uint8Array): Float64Array {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  return new Float64Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / 8));
}

export const bytesOfFloats = (floats: Float64Array): Uint8Array =>
  new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);

function fromFloats(floats: Float64Array): SeriesColumns {
  const n = floats.length / 4;
  const column = (index: number): Float64Array => floats.subarray(index * n, (index + 1) * n);
  return { step: column(0), active: column(1), wall: column(2), value: column(3) };
}

export const emptyPoints = (): SeriesColumns => fromFloats(new Float64Array(0));

export function encodePoints(points: SeriesColumns): { readonly data: Uint8Array; readonly crc: number } {
  const n = countOf(points);
  const floats = new Float64Array(4 * n);
  columnsOf(points).forEach((column, index) => floats.set(column, index * n));
  const data = bytesOfFloats(floats);
  return { data, crc: crc32(data) };
}

export function decodePoints(data: Uint8Array): SeriesColumns {
  if (data.byteLength % bytesPerPoint !== 0) {
    throw failure(
      'damaged-file',
      say`session: a block of points must have a multiple of ${bytesPerPoint} bytes, got ${data.byteLength}`,
    );
  }
  return fromFloats(floatsOf(data));
}

/** As decodePoints, for bytes with a verified checksum. */
export function verifiedPoints(data: Uint8Array, crc: number): SeriesColumns {
  const got = crc32(data);
  if (got === crc) return decodePoints(data);
  throw failure('damaged-file', say`session: a block of points must have checksum ${crc}, got ${got}`);
}

/** Points `from` up to but not including `to`, as views. */
export const slicePoints = (points: SeriesColumns, from: number, to: number): SeriesColumns => ({
  step: points.step.subarray(from, to),
  active: points.active.subarray(from, to),
  wall: points.wall.subarray(from, to),
  value: points.value.subarray(from, to),
});

export function joinPoints(parts: readonly SeriesColumns[]): SeriesColumns {
  const n = parts.reduce((sum, part) => sum + countOf(part), 0);
  const joined = fromFloats(new Float64Array(4 * n));
  let at = 0;
  for (const part of parts) {
    columnsOf(joined).forEach((column, index) => column.set(columnsOf(part)[index] ?? [], at));
    at += countOf(part);
  }
  return joined;
}

function requireFinite(metric: string, name: string, column: readonly number[]): void {
  const bad = column.find((x) => !Number.isFinite(x));
  if (bad !== undefined) {
    throw failure('bad-input', say`appendMetrics: ${asIs(name)} of ${asIs(metric)} must be finite numbers, got ${bad}`);
  }
}

/** Where steps first go back, `before` standing in front of them; null if they never do. What is no number goes back too. */
export function fallAt(steps: Iterable<number>, before: number): { readonly from: number; readonly to: number } | null {
  let from = before;
  for (const to of steps) {
    if (!(to >= from)) return { from, to };
    from = to;
  }
  return null;
}

/** Checked and converted from the message format. Steps may repeat but never decrease. */
export function pointsFromColumns(columns: MetricColumns): SeriesColumns {
  const { metric, step, active, wall, value } = columns;
  const lengths = [step.length, active.length, wall.length, value.length];
  if (new Set(lengths).size !== 1) {
    throw failure(
      'bad-input',
      say`appendMetrics: columns of ${asIs<string>(metric)} must have equal length, got [${asIs(lengths.join(', '))}]`,
    );
  }
  for (const [name, column] of Object.entries({ step, active, wall })) requireFinite(metric, name, column);
  const fall = fallAt(step, 0);
  if (fall !== null) {
    throw failure(
      'bad-input',
      say`appendMetrics: steps of ${asIs<string>(metric)} must not go back, got ${fall.to} after ${fall.from}`,
    );
  }
  return {
    step: Float64Array.from(step),
    active: Float64Array.from(active),
    wall: Float64Array.from(wall),
    value: Float64Array.from(value, (x) => (x !== null && Number.isFinite(x) ? x : NaN)),
  };
}
