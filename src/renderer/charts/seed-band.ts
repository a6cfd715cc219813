// Runs that differ only by their seed, as one line with a band. Pure; independent of drawing.
import { itemAt } from '../../engine/core/item.ts';
import type { Points } from './points.ts';

export interface SeedBand {
  readonly x: Float64Array;
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** How many seeds have a finite value there. */
  readonly count: Int32Array;
}

/** Reads one trace from left to right: the value on the straight line between its points; NaN outside the data and across a gap. */
function reader({ x, y }: Points): (at: number) => number {
  let left = -1;
  return (at) => {
    while (left + 1 < x.length && (x[left + 1] ?? Infinity) <= at) left += 1;
    if (left < 0) return Number.NaN;
    const x0 = itemAt(x, left);
    const y0 = itemAt(y, left);
    if (x0 === at) return y0;
    const x1 = x[left + 1];
    return x1 === undefined ? Number.NaN : y0 + ((itemAt(y, left + 1) - y0) * (at - x0)) / (x1 - x0);
  };
}

/** Seeds are mostly recorded at the same positions; then nothing needs sorting. */
function startsLike(x: ArrayLike<number>, longest: ArrayLike<number>): boolean {
  for (let index = 0; index < x.length; index += 1) {
    if (x[index] !== longest[index] || (index > 0 && x[index] === x[index - 1])) return false;
  }
  return true;
}

/** Every stored x of any trace once, ascending. */
function mergedPositions(traces: readonly Points[]): Float64Array {
  const longest = traces.reduce<ArrayLike<number>>((best, { x }) => (x.length > best.length ? x : best), []);
  if (traces.every(({ x }) => startsLike(x, longest))) return Float64Array.from(longest);
  const all = new Float64Array(traces.reduce((sum, trace) => sum + trace.x.length, 0));
  let length = 0;
  for (const { x } of traces) for (let index = 0; index < x.length; index += 1) all[length++] = itemAt(x, index);
  all.sort();
  let kept = 0;
  for (let index = 0; index < length; index += 1) {
    if (index === 0 || all[index] !== all[kept - 1]) all[kept++] = itemAt(all, index);
  }
  return all.subarray(0, kept);
}

/**
 * Mean, lowest and highest over the seeds that have a value at each stored x of any of them. Seeds recorded at other x are read on the
 * straight line between their points, which is what the chart draws for a single trace too. A seed that has ended no longer counts.
 */
export function seedBand(traces: readonly Points[]): SeedBand {
  const x = mergedPositions(traces);
  const band: SeedBand = {
    x,
    mean: new Float64Array(x.length).fill(Number.NaN),
    low: new Float64Array(x.length).fill(Number.NaN),
    high: new Float64Array(x.length).fill(Number.NaN),
    count: new Int32Array(x.length),
  };
  const readers = traces.map(reader);
  for (let index = 0; index < x.length; index += 1) summarise(band, index, readers);
  return band;
}

function summarise(band: SeedBand, index: number, readers: readonly ((at: number) => number)[]): void {
  const at = itemAt(band.x, index);
  let [count, sum, low, high] = [0, 0, Infinity, -Infinity];
  for (const read of readers) {
    const value = read(at);
    if (!Number.isFinite(value)) continue;
    count += 1;
    sum += value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (count === 0) return;
  band.low[index] = low;
  band.high[index] = high;
  band.mean[index] = Math.min(Math.max(sum / count, low), high);
  band.count[index] = count;
}
