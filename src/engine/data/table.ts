// A table in memory and as the safetensors file it is stored in: columns of numbers, times or texts, whatever file they came from. A missing
// cell is NaN. Pure: independent of folders and tasks.
import { itemAt } from '../core/item.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { readSafetensors, writeSafetensors, type StoredTensor } from '../core/safetensors.ts';
import { asIs, type Message, say } from '../core/say.ts';
import type { ColumnType, TableColumnInfo, TableSize } from '../spec/table.ts';

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Numbers; 0 and 1; milliseconds since 1970 in UTC; places in `texts`. NaN = missing. */
  readonly values: Float64Array;
  /** Different texts; empty for other types. */
  readonly texts: readonly string[];
  readonly odd?: TableColumnInfo['odd'];
}

/** A table with the bytes of the file that holds it; the hash is of these bytes. */
export interface TableSet {
  readonly kind: 'table';
  readonly rows: number;
  readonly columns: readonly TableColumn[];
  readonly bytes: Uint8Array;
}

/** Largest numbers of cells and columns: a typical machine can hold the cells twice. */
export const mostCells = 16 * 2 ** 20;
export const mostColumns = 1024;
const mostTexts = 65_536;
const longestName = 200;

/** What is wrong with a file, with the column that it concerns in the message. */
export const refuseTable = (name: string, message: Message, cure?: Message): Result<never> =>
  fail('bad-input', say`data "${asIs(name)}": ${message}`, { field: 'path', ...(cure === undefined ? {} : { cure }) });

/** The file for some columns, if they are valid. */
export function tableSet(name: string, columns: readonly TableColumn[]): Result<TableSet> {
  const problem = problemOf(columns);
  if (problem !== null) return refuseTable(name, problem);
  const tensors = new Map<string, StoredTensor>(
    columns.map(({ values }, at) => [String(at), { dtype: 'F64', shape: [values.length], data: values }]),
  );
  const described = columns.map(({ values: _, ...about }) => about);
  const bytes = writeSafetensors({ tensors, metadata: { kind: 'table', columns: JSON.stringify(described) } });
  return ok({ kind: 'table', rows: columns[0]?.values.length ?? 0, columns, bytes });
}

/** The content of such a file. */
export function readTable(name: string, bytes: Uint8Array): Result<TableSet> {
  const read = readSafetensors(bytes);
  if (!read.ok) return read;
  const { tensors, metadata } = read.value;
  const described = metadata['kind'] === 'table' ? parsed(metadata['columns']) : null;
  if (!Array.isArray(described) || described.length !== tensors.size)
    return refuseTable(name, say`the file must describe its columns, got a header that does not`);
  const columns: TableColumn[] = [];
  for (const [at, about] of described.entries()) {
    const values = tensors.get(String(at))?.data;
    const column = values instanceof Float64Array ? columnOf(about, values) : null;
    if (column === null) return refuseTable(name, say`the file must describe its columns, got a header that does not`);
    columns.push(column);
  }
  const problem = problemOf(columns);
  if (problem !== null) return refuseTable(name, problem);
  return ok({ kind: 'table', rows: columns[0]?.values.length ?? 0, columns, bytes });
}

const types: readonly unknown[] = ['number', 'flag', 'time', 'text'] satisfies readonly ColumnType[];
const isType = (value: unknown): value is ColumnType => types.includes(value);

function columnOf(about: unknown, values: Float64Array): TableColumn | null {
  if (typeof about !== 'object' || about === null || !('name' in about) || !('type' in about) || !('texts' in about))
    return null;
  const { name, type, texts } = about;
  if (typeof name !== 'string' || !isType(type) || !isTexts(texts)) return null;
  const odd = 'odd' in about ? oddOf(about.odd) : undefined;
  return { name, type, values, texts, ...(odd === undefined ? {} : { odd }) };
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

function oddOf(value: unknown): TableColumnInfo['odd'] {
  if (typeof value !== 'object' || value === null || !('cell' in value) || !('line' in value)) return undefined;
  const { cell, line } = value;
  return typeof cell === 'string' && typeof line === 'number' ? { cell, line } : undefined;
}

function problemOf(columns: readonly TableColumn[]): Message | null {
  const rows = columns[0]?.values.length ?? 0;
  if (columns.length < 1 || columns.length > mostColumns)
    return say`a table must have from 1 to ${mostColumns} columns, got ${columns.length}`;
  if (rows < 2) return say`a table must have at least 2 rows, got ${rows}`;
  if (rows * columns.length > mostCells)
    return say`a table must have at most ${mostCells} cells, got ${rows * columns.length}`;
  if (!columns.some(({ type }) => type === 'number' || type === 'flag'))
    return say`a table must have a column of numbers, got none`;
  const names = new Set<string>();
  for (const column of columns) {
    const problem = columnProblem(column, rows, names);
    if (problem !== null) return problem;
    names.add(column.name);
  }
  return null;
}

function columnProblem(column: TableColumn, rows: number, names: ReadonlySet<string>): Message | null {
  const { name, type, values, texts } = column;
  if (name.trim() === '' || name.length > longestName)
    return say`a column must have a name of at most ${longestName} letters, got ${name.length}`;
  const shown = asIs(name);
  if (names.has(name)) return say`each column must have a name of its own, got "${shown}" twice`;
  if (values.length !== rows) return say`column "${shown}" must have ${rows} rows, got ${values.length}`;
  if (texts.length > mostTexts)
    return say`column "${shown}" must have at most ${mostTexts} different texts, got ${texts.length}`;
  const isFine = (value: number): boolean => Number.isNaN(value) || isOfType(type, value, texts.length);
  const odd = values.findIndex((value) => !isFine(value));
  return odd < 0
    ? null
    : say`column "${shown}", row ${odd + 1}: a value must be a finite number of 32 bits, got ${itemAt(values, odd)}`;
}

/** Numbers are learned in 32 bits. */
function isOfType(type: ColumnType, value: number, texts: number): boolean {
  if (type === 'text') return Number.isInteger(value) && value >= 0 && value < texts;
  if (type === 'flag') return value === 0 || value === 1;
  return Number.isFinite(type === 'time' ? value : Math.fround(value));
}

/** Texts of a column by number, in the order in which they first occur. */
export class TextPlaces {
  readonly #places = new Map<string, number>();

  place(text: string): number {
    const place = this.#places.get(text) ?? this.#places.size;
    this.#places.set(text, place);
    return place;
  }

  get texts(): readonly string[] {
    return [...this.#places.keys()];
  }
}

const missingIn = (values: Float64Array): number =>
  values.reduce((count, value) => count + Number(Number.isNaN(value)), 0);

/** Without its rows. */
export const sizeOfTable = ({ rows, columns }: Pick<TableSet, 'rows' | 'columns'>): TableSize => ({
  rows,
  columns: columns.map(({ name, type, values, texts, odd }) => ({
    name,
    type,
    missing: missingIn(values),
    ...(type === 'text' ? { texts: texts.length } : {}),
    ...(odd === undefined ? {} : { odd }),
  })),
});

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
