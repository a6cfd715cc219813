// How a result changes with a length: one least squares slope on log2 of the length for each seed, and a t interval over the slopes. Pure.
import { itemAt } from '../../core/item.ts';
import { meanOf, sampleOf, squaresOf, type Interval } from './sample.ts';

export interface Slope {
  readonly slopes: readonly number[];
  readonly slope: number;
  readonly interval: Interval | null;
  /** log2 of the longest over the shortest. */
  readonly span: number;
  /** Over the whole range: slope times span. */
  readonly change: number;
  readonly changeInterval: Interval | null;
  readonly lengthMeans: readonly number[];
  /** How far a mean at a length is from the line of the mean slope. */
  readonly maxResidual: number;
  readonly rangeOfMeans: number;
}

/** Of y on x; at least two different x. */
export function leastSquaresSlope(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [meanOf(x), meanOf(y)];
  return x.reduce((sum, one, at) => sum + (one - mx) * (itemAt(y, at) - my), 0) / squaresOf(x);
}

/** One row for each seed, in the order of the lengths; `logY` for exponents, of positive numbers. */
export function slopeOver(
  lengths: readonly number[],
  rows: readonly (readonly number[])[],
  level: number,
  logY: boolean,
): Slope {
  const x = lengths.map((length) => Math.log2(length));
  const ys = logY ? rows.map((row) => row.map((value) => Math.log2(value))) : rows;
  const slopes = ys.map((y) => leastSquaresSlope(x, y));
  const over = sampleOf(slopes, level);
  if (over === null || x.length < 2) throw new Error('slope: at least two lengths and one seed are required');
  const { mean: slope, interval } = over;
  const span = Math.max(...x) - Math.min(...x);
  const lengthMeans = x.map((_, at) => meanOf(ys.map((y) => itemAt(y, at))));
  const [mx, my] = [meanOf(x), meanOf(lengthMeans)];
  return {
    slopes,
    slope,
    interval,
    span,
    change: slope * span,
    changeInterval: interval === null ? null : [interval[0] * span, interval[1] * span],
    lengthMeans,
    maxResidual: Math.max(...lengthMeans.map((mean, at) => Math.abs(mean - my - slope * (itemAt(x, at) - mx)))),
    rangeOfMeans: Math.max(...lengthMeans) - Math.min(...lengthMeans),
  };
}
