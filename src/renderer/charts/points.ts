// The columns every chart function works on, and looking up a stored value in them. Independent of Vue, Chart.js and the protocol.
import { itemAt } from '../../engine/core/item.ts';

/** Columns of equal length with x not decreasing; y NaN = not a finite number, drawn as a gap. */
export interface Points {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** Index of the last point with x <= at, or -1. O(log n). */
export function indexAt(x: ArrayLike<number>, at: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (itemAt(x, middle) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export interface StoredValue {
  readonly index: number;
  readonly x: number;
  readonly y: number;
}

/** The stored point at or just before `at`. Null before the first point and after the last: never interpolated, never extended. */
export function storedValue(points: Points, at: number): StoredValue | null {
  const index = indexAt(points.x, at);
  const last = points.x[points.x.length - 1];
  if (index < 0 || last === undefined || at > last) return null;
  return { index, x: itemAt(points.x, index), y: itemAt(points.y, index) };
}

/** The value stored at exactly this x; null if there is none. */
export function storedAt(points: Points, at: number): number | null {
  const index = indexAt(points.x, at);
  return index >= 0 && points.x[index] === at ? (points.y[index] ?? null) : null;
}

/** Index of the last point whose y is finite, or -1. */
export function lastFinite(points: Points): number {
  for (let index = points.y.length - 1; index >= 0; index -= 1) {
    if (Number.isFinite(points.y[index])) return index;
  }
  return -1;
}

export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** Smallest and largest finite value of [start, end); null when there is none. */
export function extentOf(values: ArrayLike<number>, start = 0, end = values.length): Extent | null {
  let min = Infinity;
  let max = -Infinity;
  const stop = Math.min(end, values.length);
  for (let index = Math.max(0, start); index < stop; index += 1) {
    const value = itemAt(values, index);
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? { min, max } : null;
}

/** Extent of an x column, which does not decrease; of its positive part for a logarithmic axis. O(log n). */
export function extentOfX(x: ArrayLike<number>, positive: boolean): Extent | null {
  const min = x[positive ? indexAt(x, 0) + 1 : 0];
  const max = x[x.length - 1];
  return min === undefined || max === undefined ? null : { min, max };
}

export function joinExtents(extents: readonly (Extent | null)[]): Extent | null {
  let joined: Extent | null = null;
  for (const extent of extents) {
    if (extent === null) continue;
    joined =
      joined === null ? extent : { min: Math.min(joined.min, extent.min), max: Math.max(joined.max, extent.max) };
  }
  return joined;
}
