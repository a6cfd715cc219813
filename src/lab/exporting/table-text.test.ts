// The run table as text, whatever the names in it: the same number of cells in each row, and nothing that the reading program would execute.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryParts } from '../../engine/spec/memory-parts.ts';
import type { RunState } from '../../protocol/state.ts';
import { someFacts, someRun } from '../../session/testing/samples.ts';
import { lastAtRest, liveAtRest, runState } from '../runs/run-states.ts';
import { forPeople, isBest, runTable } from './run-table.ts';
import { latexText, tableCsv, tableLatex, tableMarkdown, tableTsv } from './table-text.ts';

function state(id: string, name: string, loss: number | null, d = 64): RunState {
  const run = someRun(id, { name, facts: someFacts, stepSeconds: { median: 0.004, q1: 0.003, q3: 0.005 } });
  const spec = { ...run.spec, model: { ...run.spec.model, fields: { layers: 2, d } } };
  return runState({ ...run, spec }, liveAtRest(run, lastAtRest({ 'val/loss': { value: loss } }), []));
}

const two = (name: string): readonly RunState[] => [state('a', name, 1.25, 64), state('b', 'GRU', 0.5, 128)];
const names = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '=1+2',
    'a|b',
    '\\end{tabular}',
    '50 % & more_x^2~{#$}',
    'line\nend',
    '<script>',
    '**x**',
    '\t',
    '-x',
  ),
);

/** Cells of RFC 4180, parsed independently of the writer. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  for (let match = cell.exec(text); match !== null && cell.lastIndex < text.length + 1; match = cell.exec(text)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\r\n') rows.push([]);
    if (cell.lastIndex >= text.length) break;
  }
  return rows.filter((row) => row.length > 0);
}

describe('the run table', () => {
  it('as CSV has a row a run and a column for what sets the runs apart, not rounded', () => {
    const rows = readCsv(tableCsv(runTable(two('x'))));
    const [head = [], first = [], second = []] = rows;
    expect(rows).toHaveLength(3);
    const at = (row: readonly string[], id: string): string | undefined => row[head.indexOf(id)];
    expect([at(first, 'd'), at(second, 'd')]).toEqual(['64', '128']);
    expect(head).not.toContain('layers');
    expect([at(first, 'val_loss'), at(first, 'step_milliseconds_median'), at(first, 'plan_bytes')]).toEqual([
      '1.25',
      '4',
      '128',
    ]);
  });

  it('says where runs really ran, for people only what they differ in, and never the peak of a process', () => {
    const [a, b] = two('x');
    const stamp = { device: 'cpu', module: 'native avx512', threads: 2 };
    const on = (run: RunState | undefined, environment: object): RunState => ({ ...run, environment }) as RunState;
    const table = runTable([on(a, stamp), on(b, { ...stamp, module: 'wasm simd128' })]);
    const [head = [], first = []] = readCsv(tableCsv(table));
    expect(['device', 'module', 'threads'].map((id) => first[head.indexOf(id)])).toEqual(['cpu', 'native avx512', '2']);
    expect(head.filter((id) => /peak/.test(id))).toEqual([]);
    const people = forPeople(table).columns.map(({ id }) => id);
    expect(people).toContain('module');
    expect(people).not.toContain('threads');
  });

  it('has the plan and its five parts, which sum to it', () => {
    const table = runTable(two('x'));
    const value = (id: string): number => {
      const cell = table.columns.find((column) => column.id === id)?.of(table.runs[0]);
      return typeof cell === 'number' ? cell : NaN;
    };
    const parts = memoryParts.map((part) => value(`plan_${part}_bytes`));
    expect(parts.reduce((sum, bytes) => sum + bytes)).toBe(value('plan_bytes'));
  });

  it('has what memory really grew by beside the plan, for people as a check, and nothing where nothing was measured', () => {
    const [a, b] = two('x');
    const growth = { bytes: 160, counted: 'resident' };
    const table = runTable([{ ...a, facts: { ...a?.facts, growth } } as RunState, ...(b ? [b] : [])]);
    const [head = [], first = [], second = []] = readCsv(tableCsv(table));
    const ids = ['growth_bytes', 'growth_counted', 'memory_check_percent'];
    expect(ids.map((id) => first[head.indexOf(id)])).toEqual(['160', 'resident', '25']);
    expect(ids.map((id) => second[head.indexOf(id)])).toEqual(['', '', '']);
    expect(forPeople(table).columns.map(({ id }) => id)).toContain('memory_check_percent');
    expect(runTable(two('x')).columns.some(({ id }) => ids.includes(id))).toBe(false);
  });

  it('every row has as many cells as the head, whatever a run is called', () => {
    fc.assert(
      fc.property(names, (name) => {
        const table = runTable(two(name));
        const csv = readCsv(tableCsv(table));
        expect(new Set(csv.map((row) => row.length)).size).toBe(1);
        const tsv = tableTsv(table).trimEnd().split('\n');
        expect(tsv).toHaveLength(3);
        expect(new Set(tsv.map((row) => row.split('\t').length)).size).toBe(1);
        for (const cell of tsv.flatMap((row) => row.split('\t'))) expect(cell).not.toMatch(/^[=+@]/);
        const lines = tableMarkdown(table).trimEnd().split('\n');
        expect(lines).toHaveLength(4);
        expect(new Set(lines.map((line) => line.replace(/\\./gu, '').split('|').length)).size).toBe(1);
        expect(tableMarkdown(table).replace(/\\./gu, '')).not.toMatch(/<[a-z]/i);
        const rows = tableLatex(table)
          .split('\n')
          .filter((line) => line.endsWith('\\\\'));
        expect(rows).toHaveLength(3);
        const cells = rows.map((row) => row.replace(/\\[a-z]+\{\}|\\[&%$#_{}]/gi, '').split('&').length);
        expect(new Set(cells).size).toBe(1);
      }),
    );
  });

  it('LaTeX obeys none of its letters', () => {
    fc.assert(
      fc.property(names, (name) => {
        const left = latexText(name)
          .replace(
            /\\(textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar|textquotedbl|textperiodcentered|ldots)\{\}/g,
            '',
          )
          .replace(/\\[&%$#_{}]/g, '');
        expect(left).not.toMatch(/[\\&%$#_{}~^<>|"]/);
      }),
    );
    expect(latexText('50 % of_a & b\\c')).toBe('50 \\% of\\_a \\& b\\textbackslash{}c');
  });

  it('the best of a column is bold, and nothing where all are shown alike', () => {
    const table = runTable(two('x'));
    const loss = table.columns.find(({ id }) => id === 'val_loss');
    const step = table.columns.find(({ id }) => id === 'step_milliseconds_median');
    if (!loss || !step) throw new Error('the columns are expected');
    expect(table.runs.map((run) => isBest(loss, run, table.runs))).toEqual([false, true]);
    expect(table.runs.map((run) => isBest(step, run, table.runs))).toEqual([false, false]);
    expect(tableMarkdown(table)).toContain('**0.5000**');
    expect(tableLatex(table)).toContain('\\textbf{0.5000}');
  });
});
