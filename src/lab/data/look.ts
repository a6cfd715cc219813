// What people see of a data set before they train on it. Reads it and changes nothing.
import { itemAt } from '../../engine/core/item.ts';
import { fail, unwrap, type Result } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import type { TaskData } from '../../engine/data/labelled.ts';
import { sizeOfTable, type TableColumn, type TableSet } from '../../engine/data/table.ts';
import type { DatasetInfo } from '../../engine/spec/catalogue.ts';
import type { TaskChoice } from '../../engine/spec/run-spec.ts';
import { rolesOf } from '../../engine/spec/table.ts';
import { findTask } from '../../engine/tasks/registry.ts';
import { outputsOf, stepWidth } from '../../engine/tasks/streams.ts';
import type { ColumnLook, DatasetLook, ForecastLook } from '../../protocol/own-data.ts';

/** Stretches of a course, rows and letters that are shown. */
const stretches = 240;
const firstRows = 8;
const firstLetters = 2000;

export function lookAt(info: DatasetInfo, data: TaskData, path: string | null): DatasetLook {
  const about = { info, path, columns: [], rows: [], text: null };
  if (typeof data === 'string') return { ...about, text: data.slice(0, firstLetters) };
  if (data.kind !== 'table') return about;
  return { ...about, columns: data.columns.map(columnLook), rows: rowsOf(data) };
}

function rowsOf({ rows, columns }: TableSet): DatasetLook['rows'] {
  return Array.from({ length: Math.min(rows, firstRows) }, (_, row) => columns.map((column) => cellOf(column, row)));
}

function cellOf({ type, values, texts }: TableColumn, row: number): string | null {
  const value = values[row];
  if (value === undefined || Number.isNaN(value)) return null;
  if (type === 'text') return texts[value] ?? null;
  return type === 'time' ? timeText(value) : String(value);
}

/** `2024-01-31 22:00`, with seconds where there are some. */
function timeText(time: number): string {
  const [day = '', clock = ''] = new Date(time).toISOString().split('T');
  const seconds = clock.slice(6, 8) === '00' ? '' : clock.slice(5, 8);
  return clock.startsWith('00:00:00.000') ? day : `${day} ${clock.slice(0, 5)}${seconds}`;
}

function columnLook({ type, values }: TableColumn): ColumnLook {
  if (type === 'text') return { low: null, median: null, high: null, course: [] };
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const at = (place: number): number | null => known[place] ?? null;
  const count = Math.min(stretches, values.length);
  const course = Array.from({ length: count }, (_, i) =>
    extent(values.subarray(Math.floor((i * values.length) / count), Math.floor(((i + 1) * values.length) / count))),
  );
  return { low: at(0), median: at((known.length - 1) >> 1), high: at(known.length - 1), course };
}

function extent(values: Float64Array): readonly [number, number] | null {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) if (!Number.isNaN(value)) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return low > high ? null : [low, high];
}

/** Rejects with the task's own refusal, addressed to its field. */
export function forecastLook(choice: TaskChoice, data: TaskData): ForecastLook {
  const task = unwrap(findTask(choice.id)?.prepare(choice.fields, data) ?? notOne(choice.id));
  const { parts, floors = [], inputs, target } = task;
  if (parts === undefined || typeof data === 'string' || data.kind !== 'table') return unwrap(notOne(choice.id));
  const width = inputs.reduce((sum, stream) => sum + (stream.kind === 'tokens' ? 1 : stepWidth(stream)), 0);
  return { ...parts, curve: curveOf(data, choice), floors, inputs: width, outputs: outputsOf(target) };
}

const notOne = (id: string): Result<never> =>
  fail('bad-input', say`task: one that forecasts a table is required, got "${asIs(id)}"`);

function curveOf(table: TableSet, { fields }: TaskChoice): ColumnLook | null {
  const found = rolesOf(sizeOfTable(table), fields);
  if ('problem' in found) return null;
  const { targets, time, series } = found.roles;
  const named = (name: string | null | undefined): TableColumn | undefined =>
    table.columns.find((column) => column.name === name);
  const [target, times] = [named(targets[0]), named(time)];
  if (target === undefined || (times === undefined && series !== null)) return null;
  if (times === undefined) return columnLook(target);
  const order = Array.from({ length: table.rows }, (_, row) => row);
  order.sort((a, b) => itemAt(times.values, a) - itemAt(times.values, b));
  return columnLook({ ...target, values: Float64Array.from(order, (row) => itemAt(target.values, row)) });
}
