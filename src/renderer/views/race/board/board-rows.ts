// The rows of the run table: one per variant (several seeds summarised) with its seeds below when unfolded; sorted, baseline first.
// Pure.
import type { MetricName, RunMetric } from '../../../../engine/spec/task-metrics.ts';
import { compareVariants, type Compared } from '../../../../engine/spec/statistics/comparisons.ts';
import { itemAt } from '../../../../engine/core/item.ts';
import { variantOf } from '../../../../engine/spec/statistics/run-results.ts';
import type { RunState, RunStatus } from '../../../../protocol/state.ts';
import { groupStatus, type RunGroup } from '../run-groups.ts';
import { ranValue } from './ran-columns.ts';
import type { SettingsColumn } from './settings-columns.ts';
import { deltaId, hasBest, highIsBetter, metricOfColumn } from './sort-order.ts';
import {
  centre,
  difference,
  memoryRatio,
  rowNumbers,
  speedRatio,
  valuesOf,
  type Difference,
  type RowNumbers,
  type StoredAtStep,
  type SummaryKind,
} from './summary.ts';

export interface BoardRow {
  readonly key: string;
  readonly group: RunGroup;
  /** The runs the row stands for: all seeds, or the one of an unfolded row. */
  readonly runs: readonly RunState[];
  readonly name: string;
  readonly status: RunStatus;
  readonly numbers: RowNumbers;
  readonly baseline: boolean;
  readonly hidden: boolean;
  /** True for a seed below its variant. */
  readonly inner: boolean;
  /** By the name of the metric. */
  readonly deltas: Readonly<Partial<Record<MetricName, Difference | null>>>;
  readonly speedRatio: number | null;
  readonly memoryRatio: number | null;
}

export interface BoardView {
  /** Of the tasks of the session. */
  readonly metrics: readonly RunMetric[];
  readonly summary: SummaryKind;
  readonly stored: ReadonlyMap<string, StoredAtStep>;
  readonly baseline: RunGroup | null;
  readonly columns: readonly SettingsColumn[];
  readonly sort: { readonly column: string; readonly down: boolean };
  readonly expanded: ReadonlySet<string>;
}

type SortValue = number | string | boolean | null;

/** What every row is compared with, computed once. */
type Baseline = {
  readonly key: string;
  readonly numbers: RowNumbers;
  /** Of each metric, by the key of the group that is compared. */
  readonly compared: ReadonlyMap<MetricName, ReadonlyMap<string, Compared>>;
} | null;

function baselineOf({ baseline, summary, stored, metrics }: BoardView, groups: readonly RunGroup[]): Baseline {
  if (baseline === null) return null;
  const numbers = rowNumbers(baseline.runs, summary, stored, metrics);
  const isKnown = summary === 'last' && groups.some(({ runs }) => runs.length > 1);
  const compared = isKnown
    ? metrics.map(({ name }, at) => [name, comparedWith(baseline, groups, itemAt(metrics, at))] as const)
    : [];
  return { key: baseline.key, numbers, compared: new Map(compared) };
}

/** Every group against the baseline, corrected for how many they are. */
function comparedWith(
  baseline: RunGroup,
  groups: readonly RunGroup[],
  metric: RunMetric,
): ReadonlyMap<string, Compared> {
  const all = [baseline, ...groups.filter(({ key }) => key !== baseline.key)];
  const { pairs } = compareVariants(
    metric,
    all.map(({ name, runs }) => variantOf(name, runs, metric.name)),
    0,
  );
  return new Map(pairs.map((pair) => [itemAt(all, pair.a).key, pair]));
}

interface RowOf {
  readonly group: RunGroup;
  readonly runs: readonly RunState[];
  readonly inner: boolean;
}

function makeRow({ group, runs, inner }: RowOf, view: BoardView, baseline: Baseline): BoardRow {
  const numbers = rowNumbers(runs, view.summary, view.stored, view.metrics);
  const base = baseline === null || baseline.key === group.key ? null : baseline.numbers;
  const only = itemAt(runs, 0);
  const comparedOf = (name: MetricName): Compared | null =>
    inner ? null : (baseline?.compared.get(name)?.get(group.key) ?? null);
  return {
    key: inner ? `seed:${only.id}` : group.key,
    group,
    runs,
    name: inner ? only.name : group.name,
    status: inner ? only.status : groupStatus(group),
    numbers,
    baseline: !inner && baseline?.key === group.key,
    hidden: runs.every((run) => run.hidden),
    inner,
    deltas: Object.fromEntries(
      view.metrics.map(({ name }) => [
        name,
        base && difference(valuesOf(numbers, name), valuesOf(base, name), comparedOf(name)),
      ]),
    ),
    speedRatio: base && speedRatio(numbers, base),
    memoryRatio: base && memoryRatio(numbers, base),
  };
}

/** The sort value of a column. */
function sortValue(row: BoardRow, column: string, { columns, metrics }: BoardView): SortValue {
  switch (column) {
    case 'name':
      return row.name.toLowerCase();
    case 'status':
      return row.status;
    case 'step':
      return Math.max(...row.runs.map((run) => run.step));
    case 'speed':
      return centre(row.numbers.tokensPerSecond);
    case 'memory':
      return row.numbers.plannedBytes;
    case 'memoryRatio':
      return row.memoryRatio;
    case 'memoryCheck':
      return row.numbers.memoryCheck && Math.abs(row.numbers.memoryCheck.share);
    case 'ratio':
      return row.speedRatio;
    default: {
      const metric = metricOfColumn(column, metrics);
      if (metric !== undefined && column === deltaId(metric)) return row.deltas[metric.name]?.value ?? null;
      if (metric !== undefined) return centre(valuesOf(row.numbers, metric.name));
      const setting = columns.find((one) => one.id === column);
      return setting?.valueOf(itemAt(row.runs, 0).spec) ?? ranValue(itemAt(row.runs, 0), column);
    }
  }
}

function compare(a: SortValue, b: SortValue): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

/** Rows without a value come last in both directions. */
function sorted(rows: readonly BoardRow[], { column, down }: BoardView['sort'], view: BoardView): BoardRow[] {
  const keyed = rows.map((row) => ({ row, value: sortValue(row, column, view) }));
  keyed.sort(({ value: left }, { value: right }) => {
    const order = compare(left, right);
    return left === null || right === null || !down ? order : -order;
  });
  return keyed.map(({ row }) => row);
}

/** The baseline always first. */
function sortRows(rows: readonly BoardRow[], view: BoardView): BoardRow[] {
  const all = sorted(rows, view.sort, view);
  const pinned = all.filter((row) => row.baseline);
  return pinned.length === 0 ? all : [...pinned, ...all.filter((row) => !row.baseline)];
}

/** One row per group, best first by the sorted column; by the loss if that column has no best. */
export function rankedRows(groups: readonly RunGroup[], view: BoardView): readonly BoardRow[] {
  const baseline = baselineOf(view, groups);
  const rows = groups.map((group) => makeRow({ group, runs: group.runs, inner: false }, view, baseline));
  const column = hasBest(view.sort.column, view.metrics) ? view.sort.column : 'loss';
  return sorted(rows, { column, down: highIsBetter(column, view.metrics) }, view);
}

export function boardRows(groups: readonly RunGroup[], view: BoardView): readonly BoardRow[] {
  const baseline = baselineOf(view, groups);
  const rows = groups.map((group) => makeRow({ group, runs: group.runs, inner: false }, view, baseline));
  return sortRows(rows, view).flatMap((row) => {
    if (row.runs.length < 2 || !view.expanded.has(row.key)) return [row];
    return [row, ...row.runs.map((run) => makeRow({ group: row.group, runs: [run], inner: true }, view, baseline))];
  });
}
