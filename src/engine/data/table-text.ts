// Tables as text files hold them: a line a row, cells apart by tabs, semicolons or commas, quoted where needed (RFC 4180). The type of a
// column is that of all its cells. Every error names the file, the line and the column.
import type { Result } from '../core/result.ts';
import { say } from '../core/say.ts';
import { hasComma, isMissing, readFlagCell, readNumberCell, readTimeCell } from './cells.ts';
import { wrongAt } from './gather.ts';
import { mostCells, mostColumns, refuseTable, tableSet, TextPlaces, type TableColumn, type TableSet } from './table.ts';

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Blank lines are no rows. A quote that is never closed ends the rows with `open`, the line it began in. */
function* rowsOf(text: string, separator: string, lost: { open: number | null }): Generator<Row, void> {
  let [at, line] = [0, 1];
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const raw = text.slice(at, text[end - 1] === '\r' ? end - 1 : end);
    if (!raw.includes('"')) {
      if (raw.trim() !== '') yield { line, cells: raw.split(separator) };
      [at, line] = [end + 1, line + 1];
      continue;
    }
    const quoted = quotedRow(text, at, separator);
    if (quoted === null) {
      lost.open = line;
      return;
    }
    yield { line, cells: quoted.cells };
    [at, line] = [quoted.end, line + quoted.lines];
  }
}

/** A row in which cells are quoted and may hold line ends; null if a quote is not closed. */
function quotedRow(
  text: string,
  start: number,
  separator: string,
): { readonly cells: readonly string[]; readonly end: number; readonly lines: number } | null {
  const cells: string[] = [];
  let [at, lines] = [start, 1];
  for (;;) {
    let cell = '';
    if (text[at] === '"') {
      for (at++; ; at++) {
        const close = text.indexOf('"', at);
        if (close < 0) return null;
        const part = text.slice(at, close);
        lines += part.split('\n').length - 1;
        cell += part;
        at = close + 1;
        if (text[at] !== '"') break;
        cell += '"';
      }
    }
    const begin = at;
    while (at < text.length && text[at] !== separator && text[at] !== '\n') at++;
    const rest = text.slice(begin, at);
    cells.push(cell + (text[at] === separator ? rest : rest.replace(/\r$/u, '')));
    if (text[at] !== separator) return { cells, end: at + 1, lines };
    at++;
  }
}

const separators = ['\t', ';', ','] as const;

/** The one that parts the first line into most cells. */
function separatorOf(text: string): string {
  const parts = separators.map((one) => firstRow(text, one)?.cells.length ?? 0);
  return separators[parts.indexOf(Math.max(...parts))] ?? ',';
}

function firstRow(text: string, separator: string): Row | null {
  const { done, value } = rowsOf(text, separator, { open: null }).next();
  return done === true ? null : value;
}

const isValue = (cell: string): boolean =>
  !Number.isNaN(readNumberCell(cell, true)) || !Number.isNaN(readTimeCell(cell));

/** Names of columns, of which some may be left out: none is a value. */
const isHeader = (cells: readonly string[]): boolean =>
  cells.some((cell) => cell.trim() !== '') && !cells.some(isValue);

const looked = 50;
const lookedLetters = 1 << 18;

/** By name, and by a first line of names over rows of as many cells in which a column is of numbers. */
export function looksLikeTable(name: string, text: string): boolean {
  if (!/\.(csv|tsv)$/iu.test(name)) return false;
  const start = text.slice(0, lookedLetters);
  const [header, ...rows] = [...rowsOf(start, separatorOf(start), { open: null })].slice(0, looked);
  // The last may be cut off.
  if (rows.length > 1) rows.pop();
  if (header === undefined || rows.length === 0 || !isHeader(header.cells)) return false;
  // One odd row is an error of the table, to be named, and does not make it a text.
  const whole = rows.filter(({ cells }) => cells.length === header.cells.length);
  if (whole.length < 0.9 * rows.length) return false;
  return header.cells.some((_, at) => {
    const cells = whole.map((row) => row.cells[at] ?? '').filter((cell) => !isMissing(cell));
    const numbers = cells.filter((cell) => !Number.isNaN(readNumberCell(cell, true)));
    return numbers.length > 0 && numbers.length >= 0.9 * cells.length;
  });
}

/** What the cells of a column have been so far. */
class Kind {
  numbers = 0;
  commas = 0;
  points = 0;
  times = 0;
  flags = 0;
  filled = 0;
  readonly #few = new Set<string>();
  /** The first cell that is neither a number nor missing, the first that is no time, and the first with a decimal comma. */
  noNumber: { readonly cell: string; readonly line: number } | null = null;
  noTime: typeof this.noNumber = null;
  firstComma: typeof this.noNumber = null;

  add(cell: string, line: number): void {
    if (isMissing(cell)) return;
    this.filled++;
    const [number, comma] = [readNumberCell(cell, true), hasComma(cell)];
    if (Number.isNaN(number)) this.noNumber ??= { cell: cell.trim().slice(0, 60), line };
    else this.numbers++;
    if (comma) {
      this.commas++;
      this.firstComma ??= { cell: cell.trim().slice(0, 60), line };
    } else if (cell.includes('.')) this.points++;
    // Numbers are never times, and most columns are numbers.
    if (Number.isNaN(number) && !Number.isNaN(readTimeCell(cell))) this.times++;
    else this.noTime ??= { cell: cell.trim().slice(0, 60), line };
    if (!Number.isNaN(readFlagCell(cell))) {
      this.flags++;
      this.#few.add(cell.trim());
    }
  }

  /** Its type; `odd` if most cells are of another. */
  judge(comma: boolean): Pick<TableColumn, 'type' | 'odd'> {
    const { filled, numbers, commas, points, times, flags } = this;
    const mixed = commas > 0 && (!comma || points > 0);
    if (filled > 0 && flags === filled && this.#few.size > 1) return { type: 'flag' };
    if (numbers === filled && !mixed) return { type: 'number' };
    if (times === filled) return { type: 'time' };
    const odd = 2 * times > filled ? this.noTime : mixed && numbers === filled ? this.firstComma : this.noNumber;
    return { type: 'text', ...(odd !== null && 2 * Math.max(numbers, times) > filled ? { odd } : {}) };
  }
}

/** The whole file. */
export function readTableText(name: string, text: string): Result<TableSet> {
  const separator = separatorOf(text);
  const first = firstRow(text, separator);
  if (first === null) return refuseTable(name, say`a table must have at least 2 rows, got ${0}`);
  const named = isHeader(first.cells);
  const width = first.cells.length;
  if (width > mostColumns)
    return refuseTable(name, say`a table must have from 1 to ${mostColumns} columns, got ${width}`);
  const kinds = first.cells.map(() => new Kind());
  const lost: { open: number | null } = { open: null };
  let count = 0;
  for (const { line, cells } of rowsOf(text, separator, lost)) {
    if (named && line === first.line) continue;
    if (cells.length !== width)
      return wrongAt(name, line, say`a row must have ${width} cells as the first line, got ${cells.length}`);
    if (++count * width > mostCells)
      return refuseTable(name, say`a table must have at most ${mostCells} cells, got more`);
    for (const [at, kind] of kinds.entries()) kind.add(cells[at] ?? '', line);
  }
  if (lost.open !== null) return wrongAt(name, lost.open, say`a quote must be closed, got none to the end of the file`);
  // With a comma between the cells a decimal comma cannot be meant.
  const comma = separator !== ',';
  const columns = first.cells.map((cell, at) => {
    const title = named && cell.trim() !== '' ? cell.trim() : `column ${at + 1}`;
    return new Filling(title, kinds[at]?.judge(comma) ?? { type: 'text' }, comma, count);
  });
  for (const { line, cells } of rowsOf(text, separator, lost)) {
    if (named && line === first.line) continue;
    for (const [at, column] of columns.entries()) column.add(cells[at] ?? '');
  }
  return tableSet(
    name,
    columns.map((column) => column.done()),
  );
}

/** One column as it is filled cell by cell. */
class Filling {
  readonly #name: string;
  readonly #about: Pick<TableColumn, 'type' | 'odd'>;
  readonly #comma: boolean;
  readonly #values: Float64Array;
  readonly #places = new TextPlaces();
  #at = 0;

  constructor(name: string, about: Pick<TableColumn, 'type' | 'odd'>, comma: boolean, rows: number) {
    this.#name = name;
    this.#about = about;
    this.#comma = comma;
    this.#values = new Float64Array(rows);
  }

  add(cell: string): void {
    this.#values[this.#at++] = isMissing(cell) ? NaN : this.#read(cell);
  }

  #read(cell: string): number {
    const { type } = this.#about;
    if (type === 'number') return readNumberCell(cell, this.#comma);
    if (type === 'flag') return readFlagCell(cell);
    if (type === 'time') return readTimeCell(cell);
    return this.#places.place(cell.trim());
  }

  done(): TableColumn {
    return { name: this.#name, ...this.#about, values: this.#values, texts: this.#places.texts };
  }
}
