// Thins a long line to what the pixels can show without losing a spike or a gap: first, lowest, highest and last of every column.
import { itemAt } from '../../engine/core/item.ts';
import { indexAt } from './points.ts';

/**
 * Indices to draw, ascending. Points are sorted into `columns` equal parts of [from, to] after `position`; of each part the first, lowest,
 * highest and last finite point and the first non-finite one stay. One point beyond each end stays, so that lines reach the edge.
 */
export function decimate(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  range: { readonly from: number; readonly to: number; readonly columns: number },
  position: (x: number) => number = (value) => value,
): number[] {
  const start = Math.max(0, firstAtOrAfter(x, range.from) - 1);
  const end = Math.min(x.length, indexAt(x, range.to) + 2);
  if (end - start <= range.columns * 4)
    return Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index);
  const low = position(range.from);
  const scale = range.columns / (position(range.to) - low);
  const columnOf = (index: number): number => Math.floor((position(itemAt(x, index)) - low) * scale);
  const kept: number[] = [];
  let first = start;
  let column = columnOf(start);
  for (let index = start + 1; index < end; index += 1) {
    const next = columnOf(index);
    if (next === column) continue;
    keepExtremes(y, first, index, kept);
    first = index;
    column = next;
  }
  keepExtremes(y, first, end, kept);
  return kept;
}

/** Index of the first point with x >= at; the length when there is none. */
function firstAtOrAfter(x: ArrayLike<number>, at: number): number {
  let index = indexAt(x, at);
  while (index >= 0 && x[index] === at) index -= 1;
  return index + 1;
}

function keepExtremes(y: ArrayLike<number>, start: number, end: number, kept: number[]): void {
  let lowest = -1;
  let highest = -1;
  let gap = -1;
  for (let index = start; index < end; index += 1) {
    const value = itemAt(y, index);
    if (!Number.isFinite(value)) {
      if (gap < 0) gap = index;
      continue;
    }
    if (lowest < 0 || value < itemAt(y, lowest)) lowest = index;
    if (highest < 0 || value > itemAt(y, highest)) highest = index;
  }
  let last = kept.at(-1) ?? -1;
  for (const index of [start, lowest, highest, gap, end - 1].sort(ascending)) {
    if (index <= last) continue;
    kept.push(index);
    last = index;
  }
}

const ascending = (a: number, b: number): number => a - b;
