// Differences of two variants: by seed where both ran the same ones, Welch's otherwise, and the same from published means, spreads and counts of runs.
// Effect sizes with Hedges' correction. A figure that is not defined is null. Pure.
import { itemAt } from '../../core/item.ts';
import { lnGamma, tQuantile, tTwoSided } from './distributions.ts';
import { mannWhitney, poiInterval, rounded, signedRank, type MannWhitney, type SignedRank } from './ranks.ts';
import { allEqual, meanOf, sdOf, squaresOf, tInterval, type Interval } from './sample.ts';

/** Hedges' J: what a standardised difference of few runs is too large by. */
export function hedgesFactor(df: number): number {
  return Math.exp(lnGamma(df / 2) - lnGamma((df - 1) / 2)) / Math.sqrt(df / 2);
}

export interface Paired {
  readonly n: number;
  readonly meanDifference: number;
  readonly sdDifference: number | null;
  readonly t: number | null;
  readonly df: number;
  readonly p: number | null;
  readonly interval: Interval | null;
  /** Mean over standard deviation of the differences: not comparable with `d` of two samples. */
  readonly dz: number | null;
  readonly gz: number | null;
  /** Of a and b over the seeds: what pairing gains; null where either does not vary. */
  readonly correlation: number | null;
  readonly ranks: SignedRank;
}

/** a - b, both in the order of seeds. */
export function pairedDifference(a: readonly number[], b: readonly number[], level: number): Paired {
  if (a.length !== b.length || a.length === 0)
    throw new Error(`paired difference: as many values on both sides are required, got ${a.length} and ${b.length}`);
  const differences = a.map((value, at) => value - itemAt(b, at));
  // What is equal on paper has no spread, whatever the subtraction rounds.
  const equal = allEqual(differences.map(rounded));
  const n = differences.length;
  const mean = meanOf(differences);
  const sd = n < 2 ? null : equal ? 0 : sdOf(differences);
  const se = sd === null || sd === 0 ? null : sd / Math.sqrt(n);
  const t = se === null ? null : mean / se;
  const dz = se === null || sd === null ? null : mean / sd;
  return {
    n,
    meanDifference: mean,
    sdDifference: sd,
    t,
    df: n - 1,
    p: t === null ? null : tTwoSided(t, n - 1),
    interval: tInterval(mean, se, n - 1, level),
    dz,
    gz: dz === null || n < 3 ? null : hedgesFactor(n - 1) * dz,
    correlation: correlationOf(a, b),
    ranks: signedRank(differences),
  };
}

function correlationOf(a: readonly number[], b: readonly number[]): number | null {
  const [sa, sb] = [squaresOf(a), squaresOf(b)];
  if (!(sa > 0 && sb > 0)) return null;
  const [ma, mb] = [meanOf(a), meanOf(b)];
  return a.reduce((sum, value, at) => sum + (value - ma) * (itemAt(b, at) - mb), 0) / Math.sqrt(sa * sb);
}

/** Mean, standard deviation and number of runs, as articles print them. */
export interface Summary {
  readonly mean: number;
  readonly sd: number;
  readonly n: number;
}

export interface WelchTest {
  readonly difference: number;
  readonly se: number | null;
  readonly df: number | null;
  readonly t: number | null;
  readonly p: number | null;
  readonly interval: Interval | null;
}

/** From published figures. */
export function welchOfSummaries(a: Summary, b: Summary, level: number): WelchTest {
  const difference = a.mean - b.mean;
  const [va, vb] = [a.sd ** 2 / a.n, b.sd ** 2 / b.n];
  const se = Math.sqrt(va + vb);
  if (!(se > 0)) return { difference, se, df: null, t: null, p: null, interval: null };
  const df = (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1));
  const t = difference / se;
  return { difference, se, df, t, p: tTwoSided(t, df), interval: tInterval(difference, se, df, level) };
}

export interface TwoSamples extends WelchTest {
  readonly nA: number;
  readonly nB: number;
  /** Cohen's d with the pooled standard deviation, and with Hedges' correction. */
  readonly d: number | null;
  readonly g: number | null;
  readonly ranks: MannWhitney & { readonly poiInterval: Interval };
}

/** a - b of independent runs. */
export function welchDifference(a: readonly number[], b: readonly number[], level: number): TwoSamples {
  const [nA, nB] = [a.length, b.length];
  const [sdA, sdB] = [sdOf(a), sdOf(b)];
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const test =
    sdA === null || sdB === null
      ? { difference: meanA - meanB, se: null, df: null, t: null, p: null, interval: null }
      : welchOfSummaries({ mean: meanA, sd: sdA, n: nA }, { mean: meanB, sd: sdB, n: nB }, level);
  const pooled = Math.sqrt((squaresOf(a) + squaresOf(b)) / (nA + nB - 2));
  const d = test.t === null || !(pooled > 0) ? null : test.difference / pooled;
  const ranks = mannWhitney(a, b);
  return {
    ...test,
    nA,
    nB,
    d,
    g: d === null ? null : hedgesFactor(nA + nB - 2) * d,
    ranks: { ...ranks, poiInterval: poiInterval(ranks.poi, nA, nB) },
  };
}

/** Where the mean of `m` new runs falls, after n runs of this mean and spread. */
export function replicationInterval({ mean, sd, n }: Summary, m: number, level: number): Interval {
  const half = tQuantile((1 + level) / 2, n - 1) * sd * Math.sqrt(1 / n + 1 / m);
  return [mean - half, mean + half];
}
