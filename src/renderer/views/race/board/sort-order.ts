// Which direction is better in a column of the run table, so that the first click puts the best on top. Settings and names have no best and
// start with the smallest. Pure.

import { metricId, type RunMetric } from '../../../../engine/spec/task-metrics.ts';

const lowest: ReadonlySet<string> = new Set(['memory', 'memoryRatio']);
const highest: ReadonlySet<string> = new Set(['speed', 'ratio', 'step']);
const difference = /Delta$/;

/** The metric of a column, or of the column with its differences from the baseline. */
export const metricOfColumn = (column: string, metrics: readonly RunMetric[]): RunMetric | undefined =>
  metrics.find(({ name }) => metricId(name) === column.replace(difference, ''));

/** The column with the differences of a metric. */
export const deltaId = ({ name }: Pick<RunMetric, 'name'>): string => `${metricId(name)}Delta`;

export interface Sort {
  readonly column: string;
  /** Largest on top. */
  readonly down: boolean;
}

export const highIsBetter = (column: string, metrics: readonly RunMetric[]): boolean =>
  highest.has(column) || metricOfColumn(column, metrics)?.better === 'higher';
/** Whether one of its values is better than another. Progress is not a merit. */
export const hasBest = (column: string, metrics: readonly RunMetric[]): boolean =>
  lowest.has(column) || (highest.has(column) && column !== 'step') || metricOfColumn(column, metrics) !== undefined;

/** The first click puts the best on top, another one reverses the order. */
export function nextSort(sort: Sort, column: string, metrics: readonly RunMetric[]): Sort {
  return { column, down: sort.column === column ? !sort.down : highIsBetter(column, metrics) };
}
