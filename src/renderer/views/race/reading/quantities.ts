// Quantities a run can be filtered by: its results and settings, under every name a person may use. Pure.
import type { FieldValue } from '../../../../engine/spec/fields.ts';
import { inUnit, lossName, metricId, type RunMetric } from '../../../../engine/spec/task-metrics.ts';
import { wordsIn } from '../../../../protocol/told/told.ts';
import type { RunState } from '../../../../protocol/state.ts';
import type { BoardRow } from '../board/board-rows.ts';
import type { SettingsColumn } from '../board/settings-columns.ts';
import { centre, valuesOf } from '../board/summary.ts';
import type { FilterRow, Quantity } from './filter.ts';

export interface Result extends Quantity {
  /** Absent for what every run has. */
  readonly metric?: RunMetric;
  readonly of: (row: BoardRow, run: RunState) => FieldValue | null;
}

const mebibyte = 2 ** 20;
const result = (key: string, names: readonly string[], numeric: boolean, of: Result['of']): Result => ({
  key,
  names: [key, ...names],
  numeric,
  of,
});

/** Names that people have been using. */
const shortNames: Readonly<Record<string, readonly string[]>> = { accuracy: ['acc'] };

/** A metric of the task; a share is compared per cent. */
function metricResult(metric: RunMetric): Result {
  const { name, short, title } = metric;
  const id = metricId(name);
  const words = [short, title].flatMap((message) => [wordsIn('en', message), wordsIn('zh', message)]);
  const names = [`val ${id}`, id.replaceAll('-', ' '), ...words, ...(shortNames[id] ?? [])];
  const of: Result['of'] = (row) => {
    const value = centre(valuesOf(row.numbers, name));
    return value === null ? null : inUnit(metric, value);
  };
  const known = name === lossName ? {} : { title: short, metric };
  return { ...result(id, [...new Set(names.map((one) => one.toLowerCase()))], true, of), ...known };
}

/** Results are those of the variant, over its seeds; seed, name, status and step are the run's own. */
export const resultsFor = (metrics: readonly RunMetric[]): readonly Result[] => [
  ...metrics.map(metricResult),
  ...fixed,
];

const fixed: readonly Result[] = [
  result('speed', ['tokens/s'], true, (row) => centre(row.numbers.tokensPerSecond)),
  result('memory', ['plan', 'mib'], true, ({ numbers }) =>
    numbers.plannedBytes === null ? null : numbers.plannedBytes / mebibyte,
  ),
  result('step', ['steps'], true, (_, run) => run.step),
  result('seed', [], true, (_, run) => run.spec.seed),
  result('status', [], false, (_, run) => run.status),
  result('name', [], false, (_, run) => run.name),
];

/** A setting's short symbol first, as the table's heading has it. */
export function settingQuantity(column: SettingsColumn, label: string): Quantity {
  const names = [column.field?.symbol, label, column.name, column.field?.label, column.id];
  return {
    key: column.id,
    names: [...new Set(names.flatMap((name) => (name === undefined ? [] : [name.toLowerCase()])))],
    numeric: column.numeric,
  };
}

/** Results first: a setting with the same name gets its full name. */
export const quantitiesOf = (
  metrics: readonly RunMetric[],
  columns: readonly SettingsColumn[],
  labelOf: (column: SettingsColumn) => string,
): readonly Quantity[] => [
  ...resultsFor(metrics),
  ...columns.map((column) => settingQuantity(column, labelOf(column))),
];

const textOf = ({ spec, name, status, note, tags }: RunState): string =>
  [name, status, note, ...tags, spec.model.kind].join(' ');

export function filterRow(
  row: BoardRow,
  run: RunState,
  columns: readonly SettingsColumn[],
  metrics: readonly RunMetric[],
): FilterRow {
  const settings = columns.map((column) => [column.id, column.valueOf(run.spec)] as const);
  return {
    text: `${row.name} ${textOf(run)}`,
    values: Object.fromEntries([
      ...resultsFor(metrics).map(({ key, of }) => [key, of(row, run)] as const),
      ...settings,
    ]),
  };
}
