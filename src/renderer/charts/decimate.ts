// Thins a long line to what the pixels can show without losing a spike or a gap: first, lowest, highest and last of every column.

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
  const { start, end } = visibleRange(x, range.from, range.to);
  if (end - start <= range.columns * 4) return Array.from({ length: end - start }, (_, index) => start + index);
  const low = position(range.from);
  const scale = range.columns / (position(range.to) - low);
  const columnOf = (index: number): number => Math.floor((position(x[index] ?? Number.NaN) - low) * scale);
  const kept: number[] = [];
  let first = start;
  for (let index = start + 1; index <= end; index += 1) {
    if (index < end && columnOf(index) === columnOf(first)) continue;
    keepExtremes(y, first, index, kept);
    first = index;
  }
  return kept;
}

function visibleRange(x: ArrayLike<number>, from: number, to: number): { start: number; end: number } {
  let start = 0;
  let end = x.length;
  while (start < end && (x[start] ?? 0) < from) start += 1;
  while (end > start && (x[end - 1] ?? 0) > to) end -= 1;
  return { start: Math.max(0, start - 1), end: Math.min(x.length, end + 1) };
}

function keepExtremes(y: ArrayLike<number>, start: number, end: number, kept: number[]): void {
  let lowest = -1;
  let highest = -1;
  let gap = -1;
  for (let index = start; index < end; index += 1) {
    const value = y[index] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      if (gap < 0) gap = index;
      continue;
    }
    if (lowest < 0 || value < (y[lowest] ?? 0)) lowest = index;
    if (highest < 0 || value > (y[highest] ?? 0)) highest = index;
  }
  const chosen = [start, lowest, highest, gap, end - 1].filter((index) => index >= 0).sort((a, b) => a - b);
  for (const index of chosen) if (index !== kept[kept.length - 1]) kept.push(index);
}
