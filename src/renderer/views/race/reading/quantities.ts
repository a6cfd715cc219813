// Quantities a run can be filtered by: its results and settings, under every name a person may use. Pure.
import type { FieldValue } from '../../../../engine/spec/fields.ts';
import type { RunState } from '../../../../protocol/state.ts';
import type { BoardRow } from '../board/board-rows.ts';
import type { SettingsColumn } from '../board/settings-columns.ts';
import { centre } from '../board/summary.ts';
import type { FilterRow, Quantity } from './filter.ts';

interface Result extends Quantity {
  readonly of: (row: BoardRow, run: RunState) => FieldValue | null;
}

const mebibyte = 2 ** 20;
const result = (key: string, names: readonly string[], numeric: boolean, of: Result['of']): Result => ({
  key,
  names: [key, ...names],
  numeric,
  of,
});
const percent = (share: number | null): number | null => (share === null ? null : share * 100);

/** Results are those of the variant, over its seeds; seed, name, status and step are the run's own. */
export const results: readonly Result[] = [
  result('loss', ['val loss'], true, (row) => centre(row.numbers.loss)),
  result('accuracy', ['val accuracy', 'acc'], true, (row) => percent(centre(row.numbers.accuracy))),
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
  columns: readonly SettingsColumn[],
  labelOf: (column: SettingsColumn) => string,
): readonly Quantity[] => [...results, ...columns.map((column) => settingQuantity(column, labelOf(column)))];

const textOf = ({ spec, name, status, note, tags }: RunState): string =>
  [name, status, note, ...tags, spec.model.kind].join(' ');

export function filterRow(row: BoardRow, run: RunState, columns: readonly SettingsColumn[]): FilterRow {
  const settings = columns.map((column) => [column.id, column.valueOf(run.spec)] as const);
  return {
    text: `${row.name} ${textOf(run)}`,
    values: Object.fromEntries([...results.map(({ key, of }) => [key, of(row, run)] as const), ...settings]),
  };
}
