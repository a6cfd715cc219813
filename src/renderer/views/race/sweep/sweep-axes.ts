// The axes of the sweep: settings and results of every variant, the position of a value on its axis, and the filter for a range.
// Better is up. Pure.
import { linearTicks, logTicks } from '../../../charts/scale.ts';
import { metricId, type RunMetric } from '../../../../engine/spec/task-metrics.ts';
import type { FieldValue } from '../../../../engine/spec/fields.ts';
import type { BoardRow } from '../board/board-rows.ts';
import { settingText, type SettingsColumn } from '../board/settings-columns.ts';
import type { Operator, Quantity, Rule } from '../reading/filter.ts';
import { resultsFor, settingQuantity, type Result } from '../reading/quantities.ts';

export interface SweepAxis {
  readonly id: string;
  readonly kind: 'setting' | 'result';
  readonly quantity: Quantity;
  /** A metric of the task other than the loss. */
  readonly metric?: RunMetric;
  readonly of: (row: BoardRow) => FieldValue | null;
  /** Categorical values, bottom first; null = a scale. */
  readonly values: readonly FieldValue[] | null;
  readonly scale: { readonly from: number; readonly to: number; readonly log: boolean } | null;
  readonly ticks: readonly FieldValue[];
}

/** With more numbers than this a scale is used: those of a random search would cover each other's labels. */
const MOST_PLACES = 6;
/** From this ratio on a scale is logarithmic. */
const WIDE = 20;
/** Results in the order of the axes, and whether the lowest is best: the metrics of the task, then what a run costs. */
const shownResults = (metrics: readonly RunMetric[]): readonly { readonly key: string; readonly lowest: boolean }[] => [
  ...metrics.map(({ name, better }) => ({ key: metricId(name), lowest: better === 'lower' })),
  { key: 'speed', lowest: false },
  { key: 'memory', lowest: true },
];

const isNumber = (value: FieldValue | null): value is number => typeof value === 'number' && Number.isFinite(value);

/** A scale over the numbers, from the bottom to the top; `turned` puts the lowest on top. */
function scaleOf(numbers: readonly number[], turned: boolean): Pick<SweepAxis, 'scale' | 'ticks'> | null {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  if (numbers.length === 0) return null;
  const log = low > 0 && high / low > WIDE;
  const room = log ? 1.05 : Math.max((high - low) * 0.02, Math.abs(high) * 1e-6, 1e-12);
  const [min, max] = log ? [low / room, high * room] : [low - room, high + room];
  const ticks = log ? logTicks(min, max, 4) : linearTicks(min, max, 4);
  return { scale: turned ? { from: max, to: min, log } : { from: min, to: max, log }, ticks };
}

function settingAxis(column: SettingsColumn, label: string, rows: readonly BoardRow[]): SweepAxis | null {
  const of = (row: BoardRow): FieldValue | null => column.valueOf(row.group.first.spec);
  const found = [...new Set(rows.map(of).filter((value) => value !== null))];
  if (found.length < 2) return null;
  const base = { id: column.id, kind: 'setting' as const, quantity: settingQuantity(column, label), of };
  const numbers = found.filter(isNumber).sort((a, b) => a - b);
  const ordered = numbers.length === found.length;
  if (ordered && numbers.length > MOST_PLACES) {
    const scaled = scaleOf(numbers, false);
    return scaled && { ...base, values: null, ...scaled };
  }
  const values = ordered ? numbers : found;
  return { ...base, values, scale: null, ticks: values };
}

function resultAxis(result: Result, lowest: boolean, rows: readonly BoardRow[]): SweepAxis | null {
  const of = (row: BoardRow): FieldValue | null => result.of(row, row.group.first);
  const scaled = scaleOf(rows.map(of).filter(isNumber), lowest);
  const { key, metric } = result;
  const base = { id: key, kind: 'result', quantity: result, of, values: null } as const;
  return scaled && { ...base, ...(metric === undefined ? {} : { metric }), ...scaled };
}

/** Varying settings, then existing results. */
export function sweepAxes(
  columns: readonly SettingsColumn[],
  labelOf: (column: SettingsColumn) => string,
  rows: readonly BoardRow[],
  metrics: readonly RunMetric[],
): readonly SweepAxis[] {
  const results = resultsFor(metrics);
  return [
    ...columns.map((column) => settingAxis(column, labelOf(column), rows)),
    ...shownResults(metrics).map(({ key, lowest }) => {
      const result = results.find((one) => one.key === key);
      return result === undefined ? null : resultAxis(result, lowest, rows);
    }),
  ].filter((axis) => axis !== null);
}

/** Position of a value, 0 = bottom, 1 = top; null = none. */
export function placeOf({ values, scale }: SweepAxis, value: FieldValue | null): number | null {
  if (values !== null) {
    const at = values.findIndex((one) => one === value);
    return at < 0 ? null : (at + 0.5) / values.length;
  }
  if (scale === null || !isNumber(value)) return null;
  const along = scale.log ? Math.log : (one: number): number => one;
  return (along(value) - along(scale.from)) / (along(scale.to) - along(scale.from));
}

const valueAt = ({ from, to, log }: NonNullable<SweepAxis['scale']>, place: number): number =>
  log ? Math.exp(Math.log(from) + (Math.log(to) - Math.log(from)) * place) : from + (to - from) * place;

/** Part of an axis, from a lower to a higher place. */
export interface Stretch {
  readonly low: number;
  readonly high: number;
}

/** As few digits as possible without a visible change on the screen. */
function rounded(value: number, { from, to, log }: NonNullable<SweepAxis['scale']>): number {
  const room = log ? Math.abs(value) * 0.005 : Math.abs(to - from) * 0.003;
  for (let digits = 3; digits < 12; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.abs(short - value) <= room) return short;
  }
  return value;
}

/** The values in a range; for a scale the value at each end, lowest first. */
export function coveredBy({ values, scale }: SweepAxis, { low, high }: Stretch): readonly FieldValue[] {
  if (values !== null)
    return values.filter((_, at) => (at + 0.5) / values.length >= low && (at + 0.5) / values.length <= high);
  if (scale === null) return [];
  return [low, high].map((end) => rounded(valueAt(scale, end), scale)).sort((a, b) => a - b);
}

interface Comparison {
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** An end of the axis needs no comparison, since there are no values beyond it. */
function bounds(
  ends: readonly FieldValue[],
  { first, last }: { readonly first: boolean; readonly last: boolean },
): readonly Comparison[] {
  const least: Comparison = { operator: '>=', values: [settingText(ends[0] ?? null)] };
  const most: Comparison = { operator: '<=', values: [settingText(ends.at(-1) ?? null)] };
  return [...(first ? [] : [least]), ...(last ? [] : [most])];
}

/** The filter for a brush from one position to another. */
export function comparisonsOf(axis: SweepAxis, stretch: Stretch): readonly Comparison[] {
  const { values, scale } = axis;
  const kept = coveredBy(axis, stretch);
  if (values !== null) {
    if (kept.length === 0 || kept.length === values.length) return [];
    if (kept.length === 1 || !values.every(isNumber)) return [{ operator: '=', values: kept.map(settingText) }];
    return bounds(kept, { first: kept[0] === values[0], last: kept.at(-1) === values.at(-1) });
  }
  if (scale === null) return [];
  const [bottom, top] = [stretch.low <= 0, stretch.high >= 1];
  const turned = scale.from > scale.to;
  return bounds(kept, turned ? { first: top, last: bottom } : { first: bottom, last: top });
}

/** The range of an axis that the filter keeps; null if no rule concerns it. */
export function brushOf(axis: SweepAxis, rules: readonly Rule[]): Stretch | null {
  const own = rules.filter(({ quantity }) => quantity?.key === axis.quantity.key);
  if (own.length === 0) return null;
  const half = axis.values === null ? 0 : 0.5 / axis.values.length;
  let [low, high] = [0, 1];
  for (const { term } of own) {
    if (term.kind === 'words') continue;
    const places = term.values.map((text) =>
      placeOf(axis, axis.values?.find((value) => String(value) === text || value === Number(text)) ?? Number(text)),
    );
    const known = places.filter((place) => place !== null);
    if (known.length === 0 || term.operator === '!=') continue;
    const [least, most] = [Math.min(...known) - half, Math.max(...known) + half];
    const up = axis.scale !== null && axis.scale.from > axis.scale.to ? ['<', '<='] : ['>', '>='];
    if (term.operator === '=') [low, high] = [Math.max(low, least), Math.min(high, most)];
    else if (up.includes(term.operator)) low = Math.max(low, least);
    else high = Math.min(high, most);
  }
  return { low, high: Math.max(low, high) };
}

/** Runs at the same position of an axis are spread by rank, so that no two lines overlap. */
export function fanned(axis: SweepAxis, rows: readonly BoardRow[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  if (axis.values === null) {
    for (const row of rows) {
      const place = placeOf(axis, axis.of(row));
      if (place !== null) places.set(row.key, place);
    }
    return places;
  }
  const width = 0.66 / axis.values.length;
  for (const [value, members] of Map.groupBy(rows, axis.of)) {
    const centre = placeOf(axis, value);
    if (centre === null) continue;
    members.forEach((row, at) =>
      places.set(row.key, members.length === 1 ? centre : centre + width * (0.5 - at / (members.length - 1))),
    );
  }
  return places;
}
