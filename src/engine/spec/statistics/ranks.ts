// Exact rank tests, for which ties need no correction: signed rank for pairs, Mann-Whitney for two samples, both counted over all ways the ranks
// could have fallen, and the probability of improvement with Newcombe's interval (2006, method 5). Pure.
import { itemAt } from '../../core/item.ts';
import { choose, normalQuantile } from './distributions.ts';
import type { Interval } from './sample.ts';

/** Ranks from 1, doubled so that the middle of ties is a whole number. */
export function doubledRanks(values: readonly number[]): readonly number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const [first, last] = [new Map<number, number>(), new Map<number, number>()];
  sorted.forEach((value, at) => {
    if (!first.has(value)) first.set(value, at);
    last.set(value, at);
  });
  return values.map((value) => placeOf(first, value) + placeOf(last, value) + 2);
}

function placeOf(places: ReadonlyMap<number, number>, value: number): number {
  const place = places.get(value);
  if (place === undefined) throw new Error(`ranks: a number is required, got ${value}`);
  return place;
}

/** Differences to 12 significant digits, so that what is equal on paper ties. */
export const rounded = (value: number): number => Number(value.toPrecision(12));

/** min(1, 2 min(P(<=), P(>=))) of a statistic whose ways are counted by its value. */
function twoSided(ways: readonly number[], seen: number): number {
  const all = ways.reduce((sum, one) => sum + one, 0);
  const below = ways.reduce((sum, one, at) => (at <= seen ? sum + one : sum), 0);
  const from = ways.reduce((sum, one, at) => (at >= seen ? sum + one : sum), 0);
  return Math.min(1, (2 * Math.min(below, from)) / all);
}

export interface SignedRank {
  /** Pairs that differ, and pairs that do not, which are left out. */
  readonly used: number;
  readonly zeros: number;
  readonly wPlus: number;
  readonly wMinus: number;
  readonly p: number;
  /** (W+ - W-) / (W+ + W-); 0 where nothing differs. */
  readonly rankBiserial: number;
}

/** Of differences by seed. */
export function signedRank(differences: readonly number[]): SignedRank {
  const used = differences.map(rounded).filter((one) => one !== 0);
  const ranks = doubledRanks(used.map(Math.abs));
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const plus = ranks.reduce((sum, rank, at) => (itemAt(used, at) > 0 ? sum + rank : sum), 0);
  let ways: readonly number[] = [1];
  for (const rank of ranks) {
    const before = ways;
    ways = Array.from(
      { length: before.length + rank },
      (_, sum) => (sum < before.length ? itemAt(before, sum) : 0) + (sum >= rank ? itemAt(before, sum - rank) : 0),
    );
  }
  return {
    used: used.length,
    zeros: differences.length - used.length,
    wPlus: plus / 2,
    wMinus: (total - plus) / 2,
    p: used.length === 0 ? 1 : twoSided(ways, plus),
    rankBiserial: total === 0 ? 0 : (2 * plus - total) / total,
  };
}

export interface MannWhitney {
  /** Of a: pairs in which a is greater, ties half. */
  readonly u: number;
  readonly p: number;
  /** P(a > b), ties half: U / (n m). */
  readonly poi: number;
  readonly rankBiserial: number;
}

/** Ways to choose n of all ranks, by their sum: ways[n][sum]. */
function splits(ranks: readonly number[], n: number): readonly number[] {
  const size = ranks.reduce((sum, rank) => sum + rank, 0) + 1;
  const ways = Array.from({ length: n + 1 }, () => new Float64Array(size));
  itemAt(ways, 0)[0] = 1;
  for (const rank of ranks) {
    for (let count = n; count > 0; count--) {
      const [into, from] = [itemAt(ways, count), itemAt(ways, count - 1)];
      for (let sum = size - 1; sum >= rank; sum--) into[sum] = itemAt(into, sum) + itemAt(from, sum - rank);
    }
  }
  return [...itemAt(ways, n)];
}

/** Of two samples of at least one value each; larger is better. -Infinity stands for a diverged run: the worst, and tied with others of its kind. */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitney {
  const ranks = doubledRanks([...a, ...b]);
  const sum = ranks.slice(0, a.length).reduce((total, rank) => total + rank, 0);
  const u = sum / 2 - (a.length * (a.length + 1)) / 2;
  const poi = u / (a.length * b.length);
  return { u, p: twoSided(splits(ranks, a.length), sum), poi, rankBiserial: 2 * poi - 1 };
}

/** What a signed rank test of n pairs can reach at best. */
export const leastSignedRankP = (n: number): number => Math.min(1, 2 / 2 ** n);

/** What a Mann-Whitney test can reach at best. */
export const leastMannWhitneyP = (n: number, m: number): number => Math.min(1, 2 / choose(n + m, n));

/** For P(a > b): where (th - t)^2 = z^2 var(t). */
export function poiInterval(poi: number, n: number, m: number, level = 0.95): Interval {
  const z = normalQuantile((1 + level) / 2);
  const more = (n + m) / 2 - 1;
  const isInside = (t: number): boolean =>
    (poi - t) ** 2 <= (z * z * t * (1 - t) * (1 + more * ((1 - t) / (2 - t) + t / (1 + t)))) / (n * m);
  return [poi === 0 ? 0 : endOf(poi, 0, isInside), poi === 1 ? 1 : endOf(poi, 1, isInside)];
}

/** The last position inside, from one inside towards one outside. */
function endOf(inside: number, outside: number, isInside: (t: number) => boolean): number {
  let [within, past] = [inside, outside];
  for (let halving = 0; halving < 200; halving++) {
    const middle = (within + past) / 2;
    if (middle === within || middle === past) break;
    if (isInside(middle)) within = middle;
    else past = middle;
  }
  return within;
}
