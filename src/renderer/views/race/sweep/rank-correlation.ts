// How much a setting has to do with a result: Spearman's rank correlation, equal values sharing the mean of their ranks. Null if there are
// too few values. Pure.
import { itemAt } from '../../../../engine/core/item.ts';

/** With fewer pairs a rank correlation is mostly chance: with eight, chance exceeds 0.74 once in twenty times. */
export const FEWEST_PAIRS = 8;

/** Ranks from 1; equal values get the mean of the ranks they take up. */
export function averageRanks(values: readonly number[]): readonly number[] {
  const order = values.map((_, at) => at).sort((a, b) => itemAt(values, a) - itemAt(values, b));
  const ranks = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[itemAt(order, to)] === values[itemAt(order, from)]) to += 1;
    for (let at = from; at < to; at += 1) ranks[itemAt(order, at)] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** Pearson's correlation; null when one side does not vary. */
function correlation(a: readonly number[], b: readonly number[]): number | null {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, onlyA, onlyB] = [0, 0, 0];
  for (const [at, value] of a.entries()) {
    const [x, y] = [value - meanA, itemAt(b, at) - meanB];
    both += x * y;
    onlyA += x * x;
    onlyB += y * y;
  }
  return onlyA === 0 || onlyB === 0 ? null : both / Math.sqrt(onlyA * onlyB);
}

export function spearman(a: readonly number[], b: readonly number[]): number | null {
  return correlation(averageRanks(a), averageRanks(b));
}

export type Importance =
  | { readonly kind: 'rho'; readonly n: number; readonly rho: number }
  /** Too few runs have both; the setting or the result does not vary; its values have no order. */
  | { readonly kind: 'few' | 'constant' | 'unordered'; readonly n: number };

type Value = number | string | boolean | null;

/** Two values always have an order; more than two names have none. */
function asNumbers(values: readonly Value[]): readonly number[] | null {
  if (values.every((value) => typeof value === 'number')) return values;
  const names = [...new Set(values.map(String))];
  return names.length > 2 ? null : values.map((value) => names.indexOf(String(value)));
}

/** Number of runs that have both values. */
export function importanceOf(settings: readonly Value[], results: readonly (number | null)[]): Importance {
  const pairs = settings.flatMap((setting, at) => {
    const result = results[at] ?? null;
    return setting === null || result === null || !Number.isFinite(result) ? [] : [{ setting, result }];
  });
  const n = pairs.length;
  if (n < FEWEST_PAIRS) return { kind: 'few', n };
  const numbers = asNumbers(pairs.map(({ setting }) => setting));
  if (numbers === null) return { kind: 'unordered', n };
  const rho = spearman(
    numbers,
    pairs.map(({ result }) => result),
  );
  return rho === null ? { kind: 'constant', n } : { kind: 'rho', n, rho };
}
