// Several tasks at once: the interquartile mean over runs and tasks with an interval that resamples the runs of each task for itself, and the mean
// probability of improvement (Agarwal et al. 2021). Pure.
import { itemAt } from '../../core/item.ts';
import { multisetsOf, sortedWeights, weightedQuantile, type Weighted } from './bootstrap.ts';
import { RandomStream } from '../../core/philox.ts';
import { sha256 } from '../../core/sha256.ts';
import { mannWhitney } from './ranks.ts';
import { iqmOf, meanOf, type Interval } from './sample.ts';

/** One row for each run, one column for each task. */
export type RunsByTasks = readonly (readonly number[])[];

export interface Pooled {
  readonly iqm: number;
  readonly mean: number;
  /** The product of n^n over the tasks, or how many were drawn. */
  readonly resamples: number;
  readonly iqmInterval: Interval;
}

/** More combinations than this are drawn instead. */
const listedTo = 200_000;
const drawn = 10_000;

const columnsOf = (rows: RunsByTasks): readonly (readonly number[])[] =>
  itemAt(rows, 0).map((_, task) => rows.map((row) => itemAt(row, task)));

/** All combinations of resamples of the tasks. */
function listed(columns: readonly (readonly number[])[]): readonly Weighted[] {
  let sofar: readonly { picked: readonly number[]; weight: number }[] = [{ picked: [], weight: 1 }];
  for (const column of columns) {
    const sets = multisetsOf(column);
    sofar = sofar.flatMap(({ picked, weight }) =>
      sets.map((set) => ({ picked: [...picked, ...set.picked], weight: weight * set.weight })),
    );
  }
  return sofar.map(({ picked, weight }) => ({ value: iqmOf(picked), weight }));
}

/** Drawn under a key of the data alone. */
function drawnOf(columns: readonly (readonly number[])[], level: number): readonly Weighted[] {
  const key = sha256(JSON.stringify({ level, statistic: 'iqm', values: columns }));
  const random = new RandomStream(Number.parseInt(key.slice(0, 8), 16), key.slice(8, 16));
  const once = (): number =>
    iqmOf(columns.flatMap((column) => column.map(() => itemAt(column, random.below(column.length)))));
  return Array.from({ length: drawn }, () => ({ value: once(), weight: 1 }));
}

export function pooledOver(rows: RunsByTasks, level: number): Pooled {
  const columns = columnsOf(rows);
  const runs = rows.length;
  const sets = columns.reduce((ways, column) => ways * multisetCount(column.length), 1);
  const isListed = runs <= 8 && sets <= listedTo;
  const sorted = sortedWeights(isListed ? listed(columns) : drawnOf(columns, level));
  const all = rows.flat();
  return {
    iqm: iqmOf(all),
    mean: meanOf(all),
    resamples: isListed ? columns.reduce((ways, column) => ways * column.length ** column.length, 1) : drawn,
    iqmInterval: [weightedQuantile(sorted, (1 - level) / 2), weightedQuantile(sorted, (1 + level) / 2)],
  };
}

/** C(2n - 1, n). */
function multisetCount(n: number): number {
  let ways = 1;
  for (let i = 1; i < n; i++) ways = (ways * (n + i)) / i;
  return ways;
}

/** P(a > b) of each task, and their mean. */
export function improvementOver(
  a: RunsByTasks,
  b: RunsByTasks,
): { readonly perTask: readonly number[]; readonly mean: number } {
  const [mine, others] = [columnsOf(a), columnsOf(b)];
  const perTask = mine.map((column, task) => mannWhitney(column, itemAt(others, task)).poi);
  return { perTask, mean: meanOf(perTask) };
}
