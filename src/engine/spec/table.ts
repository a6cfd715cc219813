// What is known of a table without its rows, and what its columns are for: read from the fields of a task, or recognised by type where a
// field is empty. The page, the command line and the task share these rules.
import { asIs, type Message, say } from '../core/say.ts';
import type { FieldValues } from './fields.ts';

/** `flag` = two values, 0 and 1. */
export type ColumnType = 'number' | 'flag' | 'time' | 'text';

export interface TableColumnInfo {
  readonly name: string;
  readonly type: ColumnType;
  /** Cells without a value. */
  readonly missing: number;
  /** Different texts; texts only. */
  readonly texts?: number;
  /** The first cell that keeps a column which is mostly numbers or times from being one, and its line. */
  readonly odd?: { readonly cell: string; readonly line: number };
}

export interface TableSize {
  readonly rows: number;
  readonly columns: readonly TableColumnInfo[];
}

/** Columns by name. Each is in one role at most. */
export interface ColumnRoles {
  /** What is forecast; their past is always read. */
  readonly targets: readonly string[];
  /** Known up to now. */
  readonly inputs: readonly string[];
  /** Known in advance, such as a calendar: read as far ahead as is forecast. */
  readonly ahead: readonly string[];
  /** Null = rows are in order. */
  readonly time: string | null;
  /** Rows with the same text are one series; null = one series. */
  readonly series: string | null;
}

interface PartSizes {
  readonly training: number;
  readonly heldOut: number;
  /** Absent = there is no such part. */
  readonly test?: number;
}

/** What a forecast makes of a table: how many rows and windows are learned, held out and tested, and from when to when. */
export interface TableParts {
  readonly rows: PartSizes;
  readonly windows: PartSizes;
  /** Milliseconds since 1970; null where rows have no times. */
  readonly times: {
    readonly first: number;
    readonly border: number;
    readonly test?: number;
    readonly last: number;
  } | null;
}

/** Written in a field for "no column", since an empty field stands for what is recognised. */
export const noColumn = '-';

/** `a, "b, c"` -> a and b, c. Names with commas or quotes are quoted. */
export function readNames(text: string): readonly string[] {
  const found = text.match(/\s*"(?:[^"]|"")*"\s*|[^,]+/gu) ?? [];
  const names = found.map((one) => one.trim());
  return names
    .map((one) => (one.length > 1 && one.startsWith('"') && one.endsWith('"') ? unquoted(one) : one))
    .filter((one) => one !== '');
}

const unquoted = (text: string): string => text.slice(1, -1).replaceAll('""', '"');

export const writeNames = (names: readonly string[]): string =>
  names
    .map((name) => (/[",]/u.test(name) || name.trim() !== name ? `"${name.replaceAll('"', '""')}"` : name))
    .join(', ');

export const isNumeric = ({ type }: TableColumnInfo): boolean => type === 'number' || type === 'flag';

/** A text with few values, each in many rows. */
const looksLikeSeries = ({ type, texts = 0 }: TableColumnInfo, rows: number): boolean =>
  type === 'text' && texts > 0 && texts * 8 <= rows;

/** By type alone: the first time, the first number as target, the only text with few values as series; nothing else is read. */
export function recognisedRoles({ rows, columns }: TableSize): ColumnRoles {
  const target = columns.find(({ type }) => type === 'number') ?? columns.find(isNumeric);
  const groups = columns.filter((column) => looksLikeSeries(column, rows));
  return {
    targets: target === undefined ? [] : [target.name],
    inputs: [],
    ahead: [],
    time: columns.find(({ type }) => type === 'time')?.name ?? null,
    series: groups.length === 1 && groups[0] !== undefined ? groups[0].name : null,
  };
}

/** The fields of a task that say the same. */
export const roleFields = ({ targets, inputs, ahead, time, series }: ColumnRoles): FieldValues => ({
  target: writeNames(targets),
  inputs: writeNames(inputs),
  ahead: writeNames(ahead),
  time: time === null ? noColumn : writeNames([time]),
  series: series === null ? noColumn : writeNames([series]),
});

export interface RoleProblem {
  /** Of the task's field. */
  readonly field: string;
  readonly message: Message;
}

const typeWords: Readonly<Record<ColumnType, Message>> = {
  number: say`numbers`,
  flag: say`yes or no`,
  time: say`times`,
  text: say`texts`,
};

/** The roles that the fields of a task describe, or the first that does not fit the table. */
export function rolesOf(
  size: TableSize,
  fields: FieldValues,
): { readonly roles: ColumnRoles } | { readonly problem: RoleProblem } {
  const known = recognisedRoles(size);
  const text = (field: string): string => String(fields[field] ?? '').trim();
  const names = (field: string, other: readonly string[]): readonly string[] =>
    text(field) === '' ? other : text(field) === noColumn ? [] : readNames(text(field));
  const targets = names('target', known.targets);
  const inputs = names('inputs', known.inputs);
  const ahead = names('ahead', known.ahead);
  const times = names('time', known.time === null ? [] : [known.time]);
  const series = names('series', known.series === null ? [] : [known.series]);
  const chosen = { target: targets, inputs, ahead, time: times, series };
  const problem = problemOf(size, chosen);
  if (problem !== null) return { problem };
  return { roles: { targets, inputs, ahead, time: times[0] ?? null, series: series[0] ?? null } };
}

const fieldsInOrder = ['target', 'inputs', 'ahead', 'time', 'series'] as const;
type RoleField = (typeof fieldsInOrder)[number];

function problemOf(size: TableSize, chosen: Readonly<Record<RoleField, readonly string[]>>): RoleProblem | null {
  const seen = new Set<string>();
  if (chosen.target.length === 0)
    return { field: 'target', message: say`A table needs at least one column of numbers to forecast, got none.` };
  for (const field of fieldsInOrder) {
    const names = chosen[field];
    if ((field === 'time' || field === 'series') && names.length > 1)
      return { field, message: say`One column at most must be named here, got ${names.length}.` };
    for (const name of names) {
      const message = columnProblem(size, name, field, seen);
      if (message !== null) return { field, message };
      seen.add(name);
    }
  }
  return null;
}

function columnProblem(
  { columns }: TableSize,
  name: string,
  field: RoleField,
  seen: ReadonlySet<string>,
): Message | null {
  const column = columns.find((one) => one.name === name);
  if (column === undefined) {
    const known = writeNames(columns.map((one) => one.name));
    return say`Column "${asIs(name)}" must be one of the table, which has ${asIs(known)}.`;
  }
  if (seen.has(name)) return say`Column "${asIs(name)}" must have one role, got several.`;
  if (field === 'series') return null;
  if (field === 'time' ? column.type === 'time' || column.type === 'number' : isNumeric(column)) return null;
  const wanted = field === 'time' ? say`times or numbers` : say`numbers`;
  const { odd } = column;
  return odd === undefined
    ? say`Column "${asIs(name)}" must hold ${wanted}, got ${typeWords[column.type]}.`
    : say`Column "${asIs(name)}" must hold ${wanted}, got "${asIs(odd.cell)}" in line ${odd.line}.`;
}
