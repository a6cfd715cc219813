// Labelled series as text files hold them: UCR tables (.tsv, .csv), sktime's .ts, JSON lines. Every error names the file and the line.
import { parseJson } from '../core/json.ts';
import type { Result } from '../core/result.ts';
import { say } from '../core/say.ts';
import { Gathered, wrongAt } from './gather.ts';
import type { LabelledSet } from './labelled.ts';

/** A reader of series that recognises its files by name and first line. */
export interface SeriesFormat {
  readonly id: string;
  looksLike(name: string, text: string): boolean;
  read(name: string, text: string): Result<LabelledSet>;
}

const linesOf = (text: string): string[] => text.split(/\r?\n/u);
const ending = (name: string): string => name.slice(name.lastIndexOf('.')).toLowerCase();
const numeric = (cell: string): boolean => cell.trim() !== '' && !Number.isNaN(Number(cell));
const missing = (cell: string): boolean => /^(nan|\?|)$/iu.test(cell.trim());

/** A class first, then the values of one channel; missing values at the end of a line make its series shorter. */
const table: SeriesFormat = {
  id: 'ucr-table',
  looksLike: (name, text) => {
    if (ending(name) !== '.tsv' && ending(name) !== '.csv') return false;
    const [first = '', second = ''] = linesOf(text.slice(0, 1 << 20));
    const cells = (isLabelHeader(first) ? second : first).split(separatorOf(first)).slice(1);
    return cells.length > 1 && cells.filter((cell) => numeric(cell) || missing(cell)).length >= 0.9 * cells.length;
  },
  read: (name, text) => {
    const lines = linesOf(text);
    const separator = separatorOf(lines[0] ?? '');
    const gathered = new Gathered(name);
    for (const [i, line] of lines.entries()) {
      if (line.trim() === '' || (i === 0 && isLabelHeader(line))) continue;
      const [label = '', ...cells] = line.split(separator);
      const end = cells.findLastIndex((cell) => !missing(cell)) + 1;
      const values = cells.slice(0, end).map((cell) => (missing(cell) ? NaN : Number(cell)));
      const refused = gathered.add(i + 1, label.trim(), values, 1);
      if (refused !== null) return refused;
    }
    return gathered.set();
  },
};

const separatorOf = (line: string): string => (line.includes('\t') ? '\t' : ',');
/** A first line that names the columns. */
const isLabelHeader = (line: string): boolean => /^\s*"?(label|class|target)"?\s*[\t,]/iu.test(line);

/** `@` lines, then `@data`: channels separated by colons, values by commas, the class last. */
const sktime: SeriesFormat = {
  id: 'ts',
  looksLike: (name, text) => ending(name) === '.ts' && /^@data\s*$/imu.test(text.slice(0, 1 << 16)),
  read: (name, text) => {
    const lines = linesOf(text);
    const begin = lines.findIndex((line) => /^@data\s*$/iu.test(line)) + 1;
    const gathered = new Gathered(name);
    for (const [i, line] of lines.entries()) {
      if (i < begin || line.trim() === '' || line.startsWith('#')) continue;
      const channels = line.split(':');
      const label = channels.pop()?.trim() ?? '';
      const columns = channels.map((channel) => channel.split(',').map((cell) => (missing(cell) ? NaN : Number(cell))));
      const [first] = columns;
      if (first === undefined)
        return wrongAt(name, i + 1, say`values and a class apart by a colon are needed, got none`);
      const ragged = columns.find((one) => one.length !== first.length);
      if (ragged !== undefined)
        return wrongAt(name, i + 1, say`all channels must have ${first.length} values, got ${ragged.length} in one`);
      const steps = first.flatMap((_, t) => columns.map((column) => column[t] ?? NaN));
      const refused = gathered.add(i + 1, label, steps, columns.length);
      if (refused !== null) return refused;
    }
    return gathered.set();
  },
};

/** {"label": "walk", "values": [1, 2, 3]} or {"label": 3, "values": [[1, 2], [3, 4]]}: a number, or several, at each step. */
const jsonLines: SeriesFormat = {
  id: 'jsonl',
  looksLike: (name, text) =>
    ending(name) === '.jsonl' && /^\s*\{[^\n]*"label"\s*:/u.test(text) && /^[^\n]*"values"\s*:/u.test(text),
  read: (name, text) => {
    const gathered = new Gathered(name);
    for (const [i, line] of linesOf(text).entries()) {
      if (line.trim() === '') continue;
      const read = parseJson(line, say`a line`);
      if (!read.ok) return wrongAt(name, i + 1, say`a line must be JSON, got other text`);
      const found = entryOf(read.value);
      if (found === null)
        return wrongAt(name, i + 1, say`a line must be {"label": …, "values": […]} with numbers, got something else`);
      const refused = gathered.add(i + 1, found.label, found.steps.flat(), found.width);
      if (refused !== null) return refused;
      const ragged = found.steps.find((step) => step.length !== found.width);
      if (ragged !== undefined)
        return wrongAt(
          name,
          i + 1,
          say`every step must have ${found.width} values as those before, got ${ragged.length}`,
        );
    }
    return gathered.set();
  },
};

function entryOf(value: unknown): { label: string; steps: number[][]; width: number } | null {
  if (typeof value !== 'object' || value === null || !('label' in value) || !('values' in value)) return null;
  const { label, values } = value;
  if ((typeof label !== 'string' && typeof label !== 'number') || !Array.isArray(values)) return null;
  const steps = values.map((step: unknown) => (Array.isArray(step) ? step.map(Number) : [Number(step ?? NaN)]));
  return { label: String(label), steps, width: Math.max(1, steps[0]?.length ?? 1) };
}

export const seriesFormats: readonly SeriesFormat[] = [sktime, jsonLines, table];
