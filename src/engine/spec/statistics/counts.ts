// Shares of runs that solved a task: Clopper and Pearson's and Wilson's intervals of one share, Newcombe's of the difference of two, Fisher's exact
// test, and Holm's correction for several p values. Pure.
import { betaQuantile, choose, normalQuantile } from './distributions.ts';
import type { Interval } from './sample.ts';

/** So many of so many runs. */
export type Count = readonly [solved: number, of: number];

/** Exact; never narrower than it says. */
export const clopperPearson = ([k, n]: Count, level: number): Interval => [
  k === 0 ? 0 : betaQuantile((1 - level) / 2, k, n - k + 1),
  k === n ? 1 : betaQuantile((1 + level) / 2, k + 1, n - k),
];

/** The score interval. */
export function wilson([k, n]: Count, level: number): Interval {
  const z2 = normalQuantile((1 + level) / 2) ** 2;
  const share = k / n;
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = Math.sqrt((z2 * (share * (1 - share) + z2 / (4 * n))) / n) / (1 + z2 / n);
  return [k === 0 ? 0 : middle - half, k === n ? 1 : middle + half];
}

export interface RateDifference {
  readonly difference: number;
  readonly interval: Interval;
  readonly fisherP: number;
}

/** a - b, with Newcombe's interval from the two of Wilson. */
export function rateDifference(a: Count, b: Count, level: number): RateDifference {
  const [pa, pb] = [a[0] / a[1], b[0] / b[1]];
  const [wa, wb] = [wilson(a, level), wilson(b, level)];
  const difference = pa - pb;
  return {
    difference,
    interval: [difference - Math.hypot(pa - wa[0], wb[1] - pb), difference + Math.hypot(wa[1] - pa, pb - wb[0])],
    fisherP: fisherExact(a, b),
  };
}

/** Two-sided: every table as likely as this one or less. */
export function fisherExact([ka, na]: Count, [kb, nb]: Count): number {
  const solved = ka + kb;
  const ways = (k: number): number => choose(na, k) * choose(nb, solved - k);
  const [seen, all] = [ways(ka), choose(na + nb, solved)];
  const tables = Array.from({ length: na + 1 }, (_, k) => ways(k));
  return Math.min(1, tables.filter((one) => one <= seen * (1 + 1e-9)).reduce((sum, one) => sum + one, 0) / all);
}

/** P values adjusted for their number by Holm; null is no comparison and is not counted. In the order given. */
export function holm(p: readonly (number | null)[]): readonly (number | null)[] {
  const order = p.flatMap((value, at) => (value === null ? [] : [{ value, at }])).toSorted((a, b) => a.value - b.value);
  let running = 0;
  const adjusted = new Map(
    order.map(({ value, at }, rank) => {
      running = Math.max(running, (order.length - rank) * value);
      return [at, Math.min(1, running)];
    }),
  );
  return p.map((_, at) => adjusted.get(at) ?? null);
}

/** The share below which half of the seeds or fewer reach something: for `how many must`. */
export const reachedOf = (values: readonly (number | null)[], isReached: (value: number) => boolean): Count => [
  values.filter((value) => value !== null && isReached(value)).length,
  values.length,
];
