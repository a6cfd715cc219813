// Ratios: of speeds as the median of paired rounds, whose interval is a pair of order statistics; of seeds as a geometric mean. Pure.
import { itemAt } from '../../core/item.ts';
import { choose } from './distributions.ts';
import { ascending, medianOf, sampleOf, type Interval } from './sample.ts';

export interface MedianRanks {
  /** From 1. */
  readonly low: number;
  readonly high: number;
  readonly coverage: number;
}

/** The narrowest pair of order statistics that covers the median often enough; null where n is too small for any. */
export function medianRanks(n: number, level: number): MedianRanks | null {
  let [found, below]: [MedianRanks | null, number] = [null, 0];
  for (let j = 1; j <= n / 2; j++) {
    below += choose(n, j - 1);
    const coverage = 1 - (2 * below) / 2 ** n;
    if (coverage < level) break;
    found = { low: j, high: n + 1 - j, coverage };
  }
  return found;
}

export interface Ratio {
  readonly n: number;
  readonly geometricMean: number;
  readonly geometricInterval: Interval | null;
  readonly median: number;
  readonly medianRanks: MedianRanks | null;
  readonly medianInterval: Interval | null;
  /** Smallest and largest ratio of a round. */
  readonly range: Interval;
}

/** a / b, round by round. */
export function ratioOf(a: readonly number[], b: readonly number[], level: number): Ratio {
  const ratios = a.map((value, at) => value / itemAt(b, at));
  const sorted = ascending(ratios);
  const logs = sampleOf(ratios.map(Math.log), level);
  if (logs === null || !Number.isFinite(logs.mean))
    throw new Error('ratio: at least one round of positive numbers is required');
  const ranks = medianRanks(ratios.length, level);
  return {
    n: ratios.length,
    geometricMean: Math.exp(logs.mean),
    geometricInterval: logs.interval === null ? null : [Math.exp(logs.interval[0]), Math.exp(logs.interval[1])],
    // Of an even number the geometric middle of the two, so that a/b and b/a agree.
    median: Math.exp(medianOf(ratios.map(Math.log))),
    medianRanks: ranks,
    medianInterval: ranks === null ? null : [itemAt(sorted, ranks.low - 1), itemAt(sorted, ranks.high - 1)],
    range: [itemAt(sorted, 0), itemAt(sorted, sorted.length - 1)],
  };
}
