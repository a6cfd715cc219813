// Numbers of one sample: centre, spread, quantiles and the t interval of the mean, in float64 and two passes. The only place that computes a
// mean or a spread of runs (tests/one-statistics.test.ts). Pure.
import { itemAt } from '../../core/item.ts';
import { tQuantile } from './distributions.ts';

/** Lower and upper end. */
export type Interval = readonly [low: number, high: number];

export const ascending = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b);

export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** All the same number: then nothing is said about how seeds vary. */
export const allEqual = (values: readonly number[]): boolean => values.every((value) => value === values[0]);

/** Of at least one value: corrected by the mean of what is left, so that a large offset costs nothing. */
export function meanOf(values: readonly number[]): number {
  if (allEqual(values)) return itemAt(values, 0);
  const first = sumOf(values) / values.length;
  return first + sumOf(values.map((value) => value - first)) / values.length;
}

/** What is shown while runs still go on: the mean of those that have a finite value; null when none has. */
export function finiteMean(values: readonly (number | null | undefined)[]): number | null {
  const finite = finiteOf(values);
  return finite.length === 0 ? null : meanOf(finite);
}

/** Sample standard deviation of the same; null below two. */
export const finiteSd = (values: readonly (number | null | undefined)[]): number | null => sdOf(finiteOf(values));

const finiteOf = (values: readonly (number | null | undefined)[]): readonly number[] =>
  values.filter((value): value is number => value !== null && value !== undefined && Number.isFinite(value));

/** Sum of squares about the mean. */
export function squaresOf(values: readonly number[]): number {
  if (allEqual(values)) return 0;
  const mean = meanOf(values);
  return sumOf(values.map((value) => (value - mean) ** 2));
}

/** n - 1 in the denominator; null below two values. */
export const sdOf = (values: readonly number[]): number | null =>
  values.length < 2 ? null : Math.sqrt(squaresOf(values) / (values.length - 1));

/** Quantile of sorted values by type 7: linear at h = p (n - 1). */
export function quantileOf(sorted: readonly number[], p: number): number {
  const h = p * (sorted.length - 1);
  const below = Math.min(Math.floor(h), sorted.length - 1);
  const low = itemAt(sorted, below);
  const next = itemAt(sorted, Math.min(below + 1, sorted.length - 1));
  // What was never reached is infinite: two of them have no difference.
  return h === below || next === low ? low : low + (h - below) * (next - low);
}

export const medianOf = (values: readonly number[]): number => quantileOf(ascending(values), 0.5);

/** The mean without a quarter of the values at either end, rounded down (Agarwal et al. 2021): up to three values it is the mean. */
export function iqmOf(values: readonly number[]): number {
  const cut = Math.floor(values.length / 4);
  return meanOf(ascending(values).slice(cut, values.length - cut));
}

/** Mean ± t(1 - a/2, df) se; null without spread. */
export function tInterval(mean: number, se: number | null, df: number, level: number): Interval | null {
  if (se === null || !(se > 0)) return null;
  const half = tQuantile((1 + level) / 2, df) * se;
  return [mean - half, mean + half];
}

export interface Sample {
  readonly n: number;
  readonly mean: number;
  /** Null for one value. */
  readonly sd: number | null;
  readonly se: number | null;
  /** The t interval; null for one value, and where all are equal. */
  readonly interval: Interval | null;
  readonly median: number;
  readonly iqm: number;
  readonly min: number;
  readonly max: number;
}

/** Null for no value. */
export function sampleOf(values: readonly number[], level: number): Sample | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = meanOf(values);
  const sd = sdOf(values);
  const se = sd === null ? null : sd / Math.sqrt(n);
  const sorted = ascending(values);
  return {
    n,
    mean,
    sd,
    se,
    interval: tInterval(mean, se, n - 1, level),
    median: quantileOf(sorted, 0.5),
    iqm: iqmOf(values),
    min: itemAt(sorted, 0),
    max: itemAt(sorted, n - 1),
  };
}

export interface Described {
  readonly runs: number;
  readonly diverged: number;
  /** At least two runs, and all the same: does the seed change anything? */
  readonly noSpread: boolean;
  /** Every run, a diverged one as the worst value; null if there is none and one diverged. */
  readonly headline: Sample | null;
  /** Of the runs that stayed finite, only where some did not: to be labelled so. */
  readonly finiteOnly: Sample | null;
}

/** Of one number per run; null = diverged, which counts as `worst` where the task has a worst value. */
export function describe(values: readonly (number | null)[], level: number, worst: number | null = null): Described {
  const finite = values.filter((value) => value !== null);
  const diverged = values.length - finite.length;
  const counted = diverged > 0 && worst === null ? [] : values.map((value) => value ?? (worst as number));
  return {
    runs: values.length,
    diverged,
    noSpread: counted.length > 1 && allEqual(counted),
    headline: sampleOf(counted, level),
    finiteOnly: diverged === 0 ? null : sampleOf(finite, level),
  };
}
