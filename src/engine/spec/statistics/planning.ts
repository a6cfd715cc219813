// How many seeds or trials: seeds for a difference of a size, an upper bound of a spread seen in few runs, and the expected best of k tuning trials
// (unbiased: Tang et al. 2020; plug-in: Dodge et al. 2019). Pure.
import { itemAt } from '../../core/item.ts';
import { chiSquareQuantile, choose, normalQuantile } from './distributions.ts';
import { sumOf } from './sample.ts';

export interface SeedsNeeded {
  /** By the normal distribution. */
  readonly normal: number;
  /** With what the t distribution costs. */
  readonly corrected: number;
}

/** Seeds, or seeds of each arm, for a difference to be seen; alpha two-sided. */
export function seedsForDifference(
  kind: 'paired' | 'two-sample',
  {
    delta,
    sd,
    alpha = 0.05,
    power = 0.8,
  }: Readonly<Record<'delta' | 'sd', number>> & { alpha?: number; power?: number },
): SeedsNeeded {
  const z = normalQuantile(1 - alpha / 2);
  const square = (((z + normalQuantile(power)) * sd) / delta) ** 2;
  const exact = kind === 'paired' ? square : 2 * square;
  return { normal: Math.ceil(exact), corrected: Math.ceil(exact + (z * z) / (kind === 'paired' ? 2 : 4)) };
}

/** Seeds, or seeds of each arm, to show that two are equal within a margin, if they are; alpha of each side. */
export function seedsForEquality(
  kind: 'paired' | 'two-sample',
  {
    delta,
    sd,
    alpha = 0.05,
    power = 0.8,
  }: Readonly<Record<'delta' | 'sd', number>> & { alpha?: number; power?: number },
): number {
  const z = normalQuantile(1 - alpha) + normalQuantile((1 + power) / 2);
  return Math.ceil((kind === 'paired' ? 1 : 2) * ((z * sd) / delta) ** 2);
}

/** A standard deviation that a sample this small may hide: exceeded with probability q. */
export const sdUpper = (sd: number, n: number, q = 0.2): number =>
  sd * Math.sqrt((n - 1) / chiSquareQuantile(q, n - 1));

export interface BestOfK {
  /** Expected best of k = 1 .. B trials drawn without replacement. */
  readonly unbiased: readonly number[];
  /** The same drawn with replacement: too low, and steadier. */
  readonly plugIn: readonly number[];
  /** The test values of the trials that validation chooses; null where no trial was tested. */
  readonly testOfSelected: readonly number[] | null;
}

/** Of validation values in the order of trials; of equal ones the earlier is the better. Curves are drawn to half of B. */
export function bestOfK(
  values: readonly number[],
  direction: 'max' | 'min',
  test: readonly number[] | null = null,
): BestOfK {
  const sign = direction === 'max' ? 1 : -1;
  const order = values.map((_, at) => at);
  order.sort((a, b) => sign * (itemAt(values, a) - itemAt(values, b)) || b - a);
  const trials = values.length;
  const sorted = order.map((at) => itemAt(values, at));
  const unbiased = (k: number, of: readonly number[]): number =>
    sumOf(of.map((value, at) => (value * choose(at, k - 1)) / choose(trials, k)));
  const plugIn = (k: number): number =>
    sumOf(sorted.map((value, at) => value * (((at + 1) / trials) ** k - (at / trials) ** k)));
  const ks = values.map((_, at) => at + 1);
  const tested = test === null ? null : order.map((at) => itemAt(test, at));
  return {
    unbiased: ks.map((k) => unbiased(k, sorted)),
    plugIn: ks.map(plugIn),
    testOfSelected: tested === null ? null : ks.map((k) => unbiased(k, tested)),
  };
}
