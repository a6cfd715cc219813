// A table as a forecast reads it: rows in the order of time, series after series, numbers scaled by what the training part alone shows, and
// the borders in time behind which everything is held out, and then kept for the test. Missing values: a missing input is the last known one of its series (before that
// the mean) and a further input says so; a missing target does not count.
import { itemAt } from '../core/item.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { asIs, say } from '../core/say.ts';
import type { TableColumn, TableSet } from '../data/table.ts';
import type { ColumnRoles, TableParts } from '../spec/table.ts';

/** Rows of one series; those from `border` on are held out, those from `test` on are for the test. */
export interface SeriesPart {
  readonly begin: number;
  readonly end: number;
  readonly border: number;
  readonly test: number;
}

export interface Scale {
  readonly mean: number;
  readonly deviation: number;
}

export interface TargetColumn {
  readonly name: string;
  readonly scale: Scale;
  /** Mean of the training part, scaled. */
  readonly center: number;
  /** Scaled; a missing one as if it were read as an input. */
  readonly values: Float32Array;
  /** 1 = known. */
  readonly known: Uint8Array;
}

export interface Frame {
  readonly rows: number;
  readonly series: readonly SeriesPart[];
  /** [rows, width]: the targets, what is known so far, what is known ahead, and a 1 for each that was missing. */
  readonly inputs: Float32Array;
  readonly width: number;
  readonly targets: readonly TargetColumn[];
  readonly times: TableParts['times'];
}

interface Ordered {
  /** Row of the table at each place. */
  readonly order: Int32Array;
  readonly series: readonly SeriesPart[];
}

/** Of the rows, the latest. */
interface Shares {
  readonly heldOut: number;
  readonly test: number;
}

export interface FrameChoice {
  readonly roles: ColumnRoles;
  readonly horizon: number;
  readonly shares: Shares;
  readonly scaled: boolean;
}

export function frameOf(table: TableSet, choice: FrameChoice): Result<Frame> {
  const { roles, horizon } = choice;
  const ordered = orderOf(table, roles, choice.shares);
  if (!ordered.ok) return ordered;
  const read = [...roles.targets, ...roles.inputs, ...roles.ahead].map((name) => {
    const column = columnOf(table, name);
    return readColumn(column, ordered.value, choice.scaled, roles.ahead.includes(name) ? horizon : 0);
  });
  const empty = read.find((one) => one.seen === 0);
  if (empty !== undefined)
    return fail('bad-input', say`Column "${asIs(empty.name)}" must have values in the part to learn from, got none.`, {
      field: 'task.fields.heldOut',
    });
  const rows = table.rows;
  const inputs = joined(read, rows);
  const targets = read.slice(0, roles.targets.length);
  const times = timesOf(table, roles, choice.shares);
  return ok({ rows, series: ordered.value.series, inputs: inputs.values, width: inputs.width, targets, times });
}

function columnOf(table: TableSet, name: string): TableColumn {
  const found = table.columns.find((column) => column.name === name);
  if (found === undefined) throw new Error(`forecast: column ${name} must have been checked before`);
  return found;
}

function orderOf(table: TableSet, roles: ColumnRoles, shares: Shares): Result<Ordered> {
  const time = roles.time === null ? null : columnOf(table, roles.time).values;
  const group = roles.series === null ? null : columnOf(table, roles.series).values;
  for (const [field, values] of [
    ['time', time],
    ['series', group],
  ] as const) {
    const row = values?.findIndex((value) => Number.isNaN(value)) ?? -1;
    if (row >= 0)
      return fail(
        'bad-input',
        say`Column "${asIs(String(roles[field]))}" must have a value in every row, got none in row ${row + 1}.`,
        { field: `task.fields.${field}` },
      );
  }
  const order = Int32Array.from({ length: table.rows }, (_, row) => row);
  // Equal times stay in the order of the file.
  const by = (values: Float64Array | null, a: number, b: number): number =>
    values === null ? 0 : itemAt(values, a) - itemAt(values, b);
  order.sort((a, b) => by(group, a, b) || by(time, a, b) || a - b);
  return ok({ order, series: partsOf(order, time, group, shares) });
}

/** Rows before a border behind which this share lies, of so many: never all. */
const kept = (rows: number, share: number): number => Math.min(rows - 1, Math.floor(rows * (1 - share) + 1e-6));

/** Null where the order is not by dates. */
function timesOf(table: TableSet, { time }: ColumnRoles, { heldOut, test }: Shares): TableParts['times'] {
  const column = time === null ? null : columnOf(table, time);
  if (column?.type !== 'time') return null;
  const sorted = Float64Array.from(column.values).sort();
  const at = (place: number): number => itemAt(sorted, place);
  return {
    first: at(0),
    border: at(kept(sorted.length, heldOut + test)),
    ...(test === 0 ? {} : { test: at(kept(sorted.length, test)) }),
    last: at(sorted.length - 1),
  };
}

/** One border in time for all series; without times the same share of each. */
function partsOf(
  order: Int32Array,
  time: Float64Array | null,
  group: Float64Array | null,
  { heldOut, test }: Shares,
): readonly SeriesPart[] {
  const sorted = time === null ? null : Float64Array.from(time).sort();
  const valueAt = (values: Float64Array | null, place: number): number =>
    values === null ? 0 : itemAt(values, itemAt(order, place));
  const borderOf = (begin: number, end: number, share: number): number => {
    if (share === 0) return end;
    if (sorted === null) return begin + kept(end - begin, share);
    const limit = itemAt(sorted, kept(sorted.length, share));
    let border = begin;
    while (border < end && valueAt(time, border) < limit) border++;
    return border;
  };
  const parts: SeriesPart[] = [];
  let begin = 0;
  while (begin < order.length) {
    let end = begin;
    while (end < order.length && valueAt(group, end) === valueAt(group, begin)) end++;
    parts.push({ begin, end, border: borderOf(begin, end, heldOut + test), test: borderOf(begin, end, test) });
    begin = end;
  }
  return parts;
}

interface ReadColumn extends TargetColumn {
  /** Values of the training part. */
  readonly seen: number;
  readonly gaps: boolean;
}

/** `shift`: rows that it is read ahead. */
function readColumn(column: TableColumn, ordered: Ordered, scaled: boolean, shift: number): ReadColumn {
  const { order, series } = ordered;
  const at = (place: number): number => itemAt(column.values, itemAt(order, place));
  const { seen, mean, deviation } = spread(series, at);
  const scale = scaled ? { mean, deviation } : { mean: 0, deviation: 1 };
  const center = (mean - scale.mean) / scale.deviation;
  const values = new Float32Array(order.length);
  const known = new Uint8Array(order.length);
  let gaps = false;
  for (const { begin, end, test } of series) {
    let last = center;
    for (let place = begin; place < end; place++) {
      const value = place + shift < end ? at(place + shift) : NaN;
      const there = !Number.isNaN(value);
      if (there) last = (value - scale.mean) / scale.deviation;
      // A gap in the rows of the test alone gives no input of its own: nothing before it depends on them.
      else if (place + shift < test) gaps = true;
      values[place] = last;
      known[place] = Number(there);
    }
  }
  return { name: column.name, scale, center, values, known, seen, gaps };
}

/** Mean and deviation of the known values before the borders. */
function spread(
  series: readonly SeriesPart[],
  at: (place: number) => number,
): { readonly seen: number; readonly mean: number; readonly deviation: number } {
  let [seen, mean, squares] = [0, 0, 0];
  for (const { begin, border } of series) {
    for (let place = begin; place < border; place++) {
      const value = at(place);
      if (Number.isNaN(value)) continue;
      seen++;
      const off = value - mean;
      mean += off / seen;
      squares += off * (value - mean);
    }
  }
  const deviation = Math.sqrt(squares / Math.max(1, seen));
  return { seen, mean, deviation: deviation > 0 && Number.isFinite(deviation) ? deviation : 1 };
}

/** Row by row; columns with gaps have a second one that marks them. */
function joined(
  columns: readonly ReadColumn[],
  rows: number,
): { readonly values: Float32Array; readonly width: number } {
  const gaps = columns.filter((column) => column.gaps);
  const width = columns.length + gaps.length;
  const values = new Float32Array(rows * width);
  columns.forEach((column, i) => {
    for (let row = 0; row < rows; row++) values[row * width + i] = itemAt(column.values, row);
  });
  gaps.forEach(({ known }, i) => {
    for (let row = 0; row < rows; row++) values[row * width + columns.length + i] = 1 - itemAt(known, row);
  });
  return { values, width };
}
