// The bootstrap for statistics without a formula: exact, over every multiset, up to eight values; above that drawn from Philox under a key made of the
// data alone, so that the same data always give the same interval. Percentile and BCa ends (Efron 1987, as scipy computes them). Pure.
import { itemAt } from '../../core/item.ts';
import { philox4x32 } from '../../core/philox.ts';
import { sha256 } from '../../core/sha256.ts';
import { normalBelow, normalQuantile } from './distributions.ts';
import { allEqual, iqmOf, meanOf, medianOf, sumOf, type Interval } from './sample.ts';

export const statistics = { mean: meanOf, median: medianOf, iqm: iqmOf } as const;
export type StatisticName = keyof typeof statistics;

/** A statistic of a resample, and how many resamples have it. */
export interface Weighted {
  readonly value: number;
  readonly weight: number;
}

export interface Bootstrap {
  /** n^n where exact, else the number drawn. */
  readonly resamples: number;
  /** Different ones; null where they were drawn. */
  readonly multisets: number | null;
  readonly percentile: Interval | null;
  readonly z0: number | null;
  readonly acceleration: number | null;
  readonly bcaLevels: Interval | null;
  readonly bca: Interval | null;
}

/** How many resamples are drawn where there are too many to list. */
const drawn = 10_000;
/** 8^8 resamples are 6,435 multisets. */
const listedTo = 8;

const factorials = [1];
for (let n = 1; n <= 20; n++) factorials.push(n * itemAt(factorials, n - 1));

/** Every multiset of n of the values with the number of orders it comes in. */
export function multisetsOf(values: readonly number[]): readonly { picked: readonly number[]; weight: number }[] {
  const n = values.length;
  const all: { picked: readonly number[]; weight: number }[] = [];
  const pick = (at: number, picked: readonly number[], ways: number): void => {
    if (at === n - 1 || picked.length === n) {
      const rest = n - picked.length;
      const last = new Array<number>(rest).fill(itemAt(values, n - 1));
      all.push({ picked: [...picked, ...last], weight: itemAt(factorials, n) / ways / itemAt(factorials, rest) });
      return;
    }
    for (let count = 0; picked.length + count <= n; count++) {
      const more = new Array<number>(count).fill(itemAt(values, at));
      pick(at + 1, [...picked, ...more], ways * itemAt(factorials, count));
    }
  };
  pick(0, [], 1);
  return all;
}

/** Quantile of type 7 on the list in which every value stands as often as it weighs. */
export function weightedQuantile(sorted: readonly Weighted[], p: number): number {
  const h = p * (sumOf(sorted.map(({ weight }) => weight)) - 1);
  const low = weightedItem(sorted, Math.floor(h));
  return low + (h - Math.floor(h)) * (weightedItem(sorted, Math.ceil(h)) - low);
}

function weightedItem(sorted: readonly Weighted[], place: number): number {
  let passed = 0;
  for (const { value, weight } of sorted) {
    passed += weight;
    if (place < passed) return value;
  }
  return itemAt(sorted, sorted.length - 1).value;
}

const bothEnds = (sorted: readonly Weighted[], [low, high]: Interval): Interval => [
  weightedQuantile(sorted, low),
  weightedQuantile(sorted, high),
];

export const sortedWeights = (resampled: readonly Weighted[]): readonly Weighted[] =>
  resampled.toSorted((a, b) => a.value - b.value);

/** How far the statistic of resamples lies to one side of that of the data. */
function biasOf(sorted: readonly Weighted[], seen: number): number {
  const tolerance = 1e-12 * Math.max(1, Math.abs(seen));
  const weightWhere = (is: (value: number) => boolean): number =>
    sumOf(sorted.filter(({ value }) => is(value)).map(({ weight }) => weight));
  const below = weightWhere((value) => value < seen - tolerance);
  const upTo = weightWhere((value) => value <= seen + tolerance);
  return normalQuantile((below + upTo) / (2 * weightWhere(() => true)));
}

/** From the statistic with one value left out at a time; null where leaving out changes nothing. */
function accelerationOf(values: readonly number[], statistic: (of: readonly number[]) => number): number | null {
  const without = values.map((_, left) => statistic(values.filter((__, at) => at !== left)));
  const middle = meanOf(without);
  const influence = without.map((one) => (values.length - 1) * (middle - one));
  const squares = sumOf(influence.map((one) => one ** 2));
  return squares === 0 ? null : sumOf(influence.map((one) => one ** 3)) / (6 * squares ** 1.5);
}

function intervalsOf(
  values: readonly number[],
  resampled: readonly Weighted[],
  statistic: (of: readonly number[]) => number,
  level: number,
): Omit<Bootstrap, 'resamples' | 'multisets'> {
  const sorted = sortedWeights(resampled);
  const tails: Interval = [(1 - level) / 2, (1 + level) / 2];
  const percentile = bothEnds(sorted, tails);
  const z0 = biasOf(sorted, statistic(values));
  const acceleration = accelerationOf(values, statistic);
  if (acceleration === null || !Number.isFinite(z0))
    return { percentile, z0: Number.isFinite(z0) ? z0 : null, acceleration, bcaLevels: null, bca: null };
  const moved = (tail: number): number => {
    const z = z0 + normalQuantile(tail);
    return normalBelow(z0 + z / (1 - acceleration * z));
  };
  const bcaLevels: Interval = [moved(tails[0]), moved(tails[1])];
  return { percentile, z0, acceleration, bcaLevels, bca: bothEnds(sorted, bcaLevels) };
}

const nothing = { percentile: null, z0: null, acceleration: null, bcaLevels: null, bca: null };

/** From given resamples, each a list of places. */
export const bootstrapOf = (
  values: readonly number[],
  resamples: readonly (readonly number[])[],
  name: StatisticName,
  level: number,
): Bootstrap => {
  const statistic = statistics[name];
  const resampled = resamples.map((places) => ({
    value: statistic(places.map((at) => itemAt(values, at))),
    weight: 1,
  }));
  const size = { resamples: resamples.length, multisets: null };
  return allEqual(values) ? { ...size, ...nothing } : { ...size, ...intervalsOf(values, resampled, statistic, level) };
};

/** Every resample there is. */
export function exactBootstrap(values: readonly number[], name: StatisticName, level: number): Bootstrap {
  const statistic = statistics[name];
  const sets = multisetsOf(values);
  const size = { resamples: values.length ** values.length, multisets: sets.length };
  if (allEqual(values)) return { ...size, ...nothing };
  const resampled = sets.map(({ picked, weight }) => ({ value: statistic(picked), weight }));
  return { ...size, ...intervalsOf(values, resampled, statistic, level) };
}

/** Places of resamples under a key of the data alone: not of training, of other rows, or of the order of drawing. */
export function drawnResamples(values: readonly number[], name: string, level: number): readonly (readonly number[])[] {
  const key = sha256(JSON.stringify({ level, statistic: name, values }));
  const keyAt = (at: number): number => Number.parseInt(key.slice(at, at + 8), 16);
  const [key0, key1] = [keyAt(0), keyAt(8)];
  const n = values.length;
  const block = new Uint32Array(4);
  let used = 0;
  const place = (): number => {
    if (used % 4 === 0) {
      block.set([used / 4, 0, 0, 0]);
      philox4x32(block, key0, key1);
    }
    return Math.floor((itemAt(block, used++ % 4) * n) / 2 ** 32);
  };
  return Array.from({ length: drawn }, () => Array.from({ length: n }, place));
}

/** Listed or drawn, by the number of values; not to be shown for a mean of fewer than ten. */
export const bootstrap = (values: readonly number[], name: StatisticName, level: number): Bootstrap =>
  values.length <= listedTo
    ? exactBootstrap(values, name, level)
    : bootstrapOf(values, drawnResamples(values, name, level), name, level);
