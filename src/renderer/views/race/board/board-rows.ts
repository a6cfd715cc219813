// The rows of the run table: one a variant (several seeds summed up) with its seeds below when unfolded; filtered, sorted, baseline first.
// Pure.
import type { FieldValue } from '../../../../engine/spec/fields.ts';
import type { RunState, RunStatus } from '../../../../protocol/lab.ts';
import { groupStatus, type RunGroup } from '../run-groups.ts';
import { parseFilter } from './filter.ts';
import type { SettingsColumn } from './settings-columns.ts';
import {
  centre,
  difference,
  memoryRatio,
  rowNumbers,
  speedRatio,
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
  readonly identity: number;
  readonly name: string;
  readonly status: RunStatus;
  readonly numbers: RowNumbers;
  readonly baseline: boolean;
  readonly hidden: boolean;
  /** True for a seed below its variant. */
  readonly inner: boolean;
  readonly accuracyDelta: Difference | null;
  readonly lossDelta: Difference | null;
  readonly speedRatio: number | null;
  readonly memoryRatio: number | null;
}

export interface BoardView {
  readonly summary: SummaryKind;
  readonly stored: ReadonlyMap<string, StoredAtStep>;
  readonly baseline: RunGroup | null;
  readonly columns: readonly SettingsColumn[];
  readonly filter: string;
  readonly sort: { readonly column: string; readonly down: boolean };
  readonly expanded: ReadonlySet<string>;
  readonly labelOf: (column: SettingsColumn) => string;
}

type SortValue = number | string | boolean | null;

/** What every row is compared with; made once for all of them. */
type Baseline = { readonly key: string; readonly numbers: RowNumbers } | null;

const baselineOf = ({ baseline, summary, stored }: BoardView): Baseline =>
  baseline && { key: baseline.key, numbers: rowNumbers(baseline.runs, summary, stored) };

interface RowOf {
  readonly group: RunGroup;
  readonly runs: readonly RunState[];
  readonly inner: boolean;
}

function makeRow({ group, runs, inner }: RowOf, view: BoardView, baseline: Baseline): BoardRow {
  const numbers = rowNumbers(runs, view.summary, view.stored);
  const base = baseline === null || baseline.key === group.key ? null : baseline.numbers;
  const only = runs[0];
  return {
    key: inner ? `seed:${only.id}` : group.key,
    group,
    runs,
    identity: only.identity,
    name: inner ? only.name : group.name,
    status: inner ? only.status : groupStatus(group),
    numbers,
    baseline: !inner && baseline?.key === group.key,
    hidden: runs.every((run) => run.hidden),
    inner,
    accuracyDelta: base && difference(numbers.accuracy, base.accuracy),
    lossDelta: base && difference(numbers.loss, base.loss),
    speedRatio: base && speedRatio(numbers, base),
    memoryRatio: base && memoryRatio(numbers, base),
  };
}

/** What a column sorts by. */
export function sortValue(row: BoardRow, column: string, columns: readonly SettingsColumn[]): SortValue {
  switch (column) {
    case 'name':
      return row.name.toLowerCase();
    case 'status':
      return row.status;
    case 'step':
      return Math.max(...row.runs.map((run) => run.step));
    case 'loss':
      return centre(row.numbers.loss);
    case 'accuracy':
      return centre(row.numbers.accuracy);
    case 'speed':
      return centre(row.numbers.tokensPerSecond);
    case 'memory':
      return row.numbers.plannedBytes;
    case 'memoryRatio':
      return row.memoryRatio;
    case 'accuracyDelta':
      return row.accuracyDelta?.value ?? null;
    case 'lossDelta':
      return row.lossDelta?.value ?? null;
    case 'ratio':
      return row.speedRatio;
    default: {
      const setting = columns.find((one) => one.id === column);
      return setting?.valueOf(row.runs[0].spec) ?? null;
    }
  }
}

function compare(a: SortValue, b: SortValue): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

/** Rows without a value come last in both directions; the baseline always first. */
function sortRows(rows: readonly BoardRow[], view: BoardView): BoardRow[] {
  const { column, down } = view.sort;
  const keyed = rows.map((row) => ({ row, value: sortValue(row, column, view.columns) }));
  keyed.sort(({ row: a, value: left }, { row: b, value: right }) => {
    if (a.baseline !== b.baseline) return a.baseline ? -1 : 1;
    const order = compare(left, right);
    return left === null || right === null || !down ? order : -order;
  });
  return keyed.map(({ row }) => row);
}

function filterValues(row: BoardRow, columns: readonly NamedColumn[]): Record<string, FieldValue | null> {
  const run = row.runs[0];
  const values: Record<string, FieldValue | null> = {
    name: row.name,
    status: row.status,
    step: Math.max(...row.runs.map((one) => one.step)),
    seed: run.spec.seed,
    loss: centre(row.numbers.loss),
    accuracy: (centre(row.numbers.accuracy) ?? Number.NaN) * 100,
    speed: centre(row.numbers.tokensPerSecond),
    plan: row.numbers.plannedBytes === null ? null : row.numbers.plannedBytes / 2 ** 20,
  };
  for (const { column, names } of columns) {
    const value = column.valueOf(run.spec);
    for (const name of names) values[name] ??= value;
  }
  return values;
}

interface NamedColumn {
  readonly column: SettingsColumn;
  /** Everything a person may call it. */
  readonly names: readonly string[];
}

const namedColumns = ({ columns, labelOf }: BoardView): readonly NamedColumn[] =>
  columns.map((column) => {
    const names = [column.name, column.field?.symbol, column.field?.label, labelOf(column)];
    return { column, names: names.flatMap((name) => (name === undefined ? [] : [name.toLowerCase()])) };
  });

/** Without words in the filter every row stays, and nothing is looked up. */
function filtered(rows: readonly BoardRow[], view: BoardView): readonly BoardRow[] {
  if (view.filter.trim() === '') return rows;
  const keep = parseFilter(view.filter);
  const columns = namedColumns(view);
  return rows.filter((row) => keep({ text: textOf(row), values: filterValues(row, columns) }));
}

const textOf = (row: BoardRow): string =>
  [row.name, row.status, ...row.runs.flatMap((run) => [run.note, ...run.tags]), row.runs[0]?.spec.model.kind].join(' ');

export function boardRows(groups: readonly RunGroup[], view: BoardView): readonly BoardRow[] {
  const baseline = baselineOf(view);
  const rows = groups.map((group) => makeRow({ group, runs: group.runs, inner: false }, view, baseline));
  return sortRows(filtered(rows, view), view).flatMap((row) => {
    if (row.runs.length < 2 || !view.expanded.has(row.key)) return [row];
    return [row, ...row.runs.map((run) => makeRow({ group: row.group, runs: [run], inner: true }, view, baseline))];
  });
}
