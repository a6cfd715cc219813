// Tables from text files: what columns they have, what is missing, and the errors by file, line and column.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap, type Result } from '../core/result.ts';
import { english } from '../core/say.ts';
import { readNames, rolesOf, writeNames, type TableSize } from '../spec/table.ts';
import { readTimeCell } from './cells.ts';
import { drawnDemand } from './drawn.ts';
import { readStored } from './stored.ts';
import { looksLikeTable, readTableText } from './table-text.ts';
import { sizeOfTable, tableSet, type TableSet } from './table.ts';

const read = (text: string): TableSet => unwrap(readTableText('t.csv', text));
const said = (result: Result<unknown>): string => (result.ok ? '' : english(result.error.message));
const types = (table: TableSet): Record<string, string> =>
  Object.fromEntries(table.columns.map(({ name, type }) => [name, type]));
const column = (table: TableSet, name: string) => table.columns.find((one) => one.name === name);

describe('a table as text', () => {
  const heat = [
    'time,"demand, kW",off,place,note',
    '2024-01-01 00:00,1.5,no,A,"said ""cold"""',
    '2024-01-01 01:00,,yes,A,"over',
    'two lines"',
    '2024-01-01 02:00,-2e3,no,B,',
  ].join('\n');

  it('has the columns of its first line, each of the type of all its cells, and NaN for what is missing', () => {
    const table = read(heat);
    expect(types(table)).toEqual({ time: 'time', 'demand, kW': 'number', off: 'flag', place: 'text', note: 'text' });
    expect([...(column(table, 'time')?.values ?? [])]).toEqual([0, 1, 2].map((h) => Date.UTC(2024, 0, 1, h)));
    expect([...(column(table, 'demand, kW')?.values ?? [])]).toEqual([1.5, NaN, -2000]);
    expect([...(column(table, 'off')?.values ?? [])]).toEqual([0, 1, 0]);
    expect(column(table, 'note')?.texts).toEqual(['said "cold"', 'over\ntwo lines']);
    expect(sizeOfTable(table).columns.map(({ missing }) => missing)).toEqual([0, 1, 0, 0, 1]);
  });

  it('may part its cells by tabs or semicolons, and then has decimal commas; without names its columns are numbered', () => {
    const table = read('day;x;y\n1.2.2024;1,5;1\n2.2.2024;-0,25;2\n');
    expect(types(table)).toEqual({ day: 'time', x: 'number', y: 'number' });
    expect([...(column(table, 'x')?.values ?? [])]).toEqual([1.5, -0.25]);
    expect(types(read('1\t2\n3\t4\n'))).toEqual({ 'column 1': 'number', 'column 2': 'number' });
    expect(types(read(',a\r\n0,5\r\n1,6\r\n2,7\r\n'))).toEqual({ 'column 1': 'number', a: 'number' });
  });

  it('keeps a column that is nearly one of numbers as text, with the cell that makes it one', () => {
    const table = read('n,a,b,c\n5,1,2024-01-01,"1,5"\n6,2,2024-01-02,2.5\n7,x7,soon,3\n8,4,2024-01-04,4\n');
    expect(table.columns.map(({ type }) => type)).toEqual(['number', 'text', 'text', 'text']);
    expect(table.columns.map(({ odd }) => odd)).toEqual([
      undefined,
      { cell: 'x7', line: 4 },
      { cell: 'soon', line: 4 },
      { cell: '1,5', line: 2 },
    ]);
  });

  it.each([
    ['a,b\n1,2\n3\n', 'data "t.csv", line 3: a row must have 2 cells as the first line, got 1'],
    ['a,b\n1,2\n"3,4\n5,6\n', 'data "t.csv", line 3: a quote must be closed, got none to the end of the file'],
    ['a,a\n1,2\n3,4\n', 'data "t.csv": each column must have a name of its own, got "a" twice'],
    ['a,b\n1,2\n', 'data "t.csv": a table must have at least 2 rows, got 1'],
    ['a,b\nx,y\nz,w\n', 'data "t.csv": a table must have a column of numbers, got none'],
    ['a,b\n1,2\n3,1e39\n', 'data "t.csv": column "b", row 2: a value must be a finite number of 32 bits, got 1e+39'],
    ['', 'data "t.csv": a table must have at least 2 rows, got 0'],
  ])('%j is refused by place', (text, words) => {
    expect(said(readTableText('t.csv', text))).toBe(words);
  });

  it('is recognised by its first lines, even with one odd row; texts and series with a class are left alone', () => {
    expect(looksLikeTable('t.csv', heat)).toBe(true);
    expect(looksLikeTable('t.csv', `a,b\n${'1,2\n'.repeat(30)}3\n${'1,2\n'.repeat(30)}`)).toBe(true);
    expect(looksLikeTable('t.txt', heat)).toBe(false);
    expect(looksLikeTable('log.csv', 'who,said,what\nAhab,to,Starbuck\n')).toBe(false);
    expect(looksLikeTable('ucr.csv', '1,0.5,0.25\n2,0.5,0.75\n')).toBe(false);
    expect(looksLikeTable('prose.csv', 'Call me Ishmael.\nSome years ago, never mind how long,\nI thought\n')).toBe(
      false,
    );
  });
});

describe('a time', () => {
  it.each([
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2024/3/1 4:05', Date.UTC(2024, 2, 1, 4, 5)],
    ['2024-03-01T04:05:06.25Z', Date.UTC(2024, 2, 1, 4, 5, 6, 250)],
    ['2024-03-01 04:05+01:00', Date.UTC(2024, 2, 1, 3, 5)],
    ['1.3.2024 04:05', Date.UTC(2024, 2, 1, 4, 5)],
    ['2024-03', Date.UTC(2024, 2, 1)],
  ])('%s is read', (text, time) => expect(readTimeCell(text)).toBe(time));

  it.each(['2023-02-29', '03/04/2024', '2024-13-01', '2024-01-01 25:00', '2024', 'soon', '1.2.24'])(
    '%s is none: no such day, or several it may be',
    (text) => expect(readTimeCell(text)).toBeNaN(),
  );
});

describe('the file of a table', () => {
  it('holds everything: what is written as text is read, stored and read back', () => {
    const cell = fc.oneof(fc.constant(''), fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(String));
    const name = fc.stringMatching(/^[a-z][a-z ,"é]{0,8}[a-z]$/u);
    const tables = fc.uniqueArray(name, { minLength: 1, maxLength: 4 }).chain((names) =>
      fc.tuple(
        fc.constant(names),
        fc.array(fc.array(cell, { minLength: names.length, maxLength: names.length }), {
          minLength: 2,
          maxLength: 6,
        }),
      ),
    );
    fc.assert(
      fc.property(tables, ([names, rows]) => {
        const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const text = [names, ...rows].map((cells) => cells.map(quoted).join(',')).join('\n');
        const table = read(text);
        expect(table.columns.map((one) => one.name)).toEqual(names);
        names.forEach((_, at) =>
          expect([...table.columns[at].values]).toEqual(
            rows.map((cells) => (cells[at] === '' ? NaN : Number(cells[at]))),
          ),
        );
        expect(unwrap(readStored('x', table.bytes))).toEqual(table);
      }),
    );
  });

  it('is the same on every machine for the table that the program draws', () => {
    const table = drawnDemand();
    expect(unwrap(readStored('x', table.bytes))).toEqual(table);
    for (const { type, values } of table.columns)
      if (type === 'number') expect(values.every((v) => Number.isNaN(v) || Number.isInteger(v * 256))).toBe(true);
  });

  it('is refused where a text has no name or a flag is neither 0 nor 1', () => {
    const of = (type: 'text' | 'flag', value: number) =>
      tableSet('x', [
        { name: 'n', type: 'number', values: Float64Array.of(1, 2), texts: [] },
        { name: 'c', type, values: Float64Array.of(0, value), texts: ['a'] },
      ]);
    expect(said(of('text', 1))).toContain('column "c", row 2');
    expect(said(of('flag', 2))).toContain('column "c", row 2');
  });
});

describe('what columns are for', () => {
  const size: TableSize = {
    rows: 100,
    columns: [
      { name: 'when', type: 'time', missing: 0 },
      { name: 'kW, heat', type: 'number', missing: 3 },
      { name: 'wind', type: 'number', missing: 0 },
      { name: 'off', type: 'flag', missing: 0 },
      { name: 'place', type: 'text', missing: 0, texts: 3 },
      { name: 'bad', type: 'text', missing: 0, texts: 99, odd: { cell: 'x7', line: 9 } },
    ],
  };
  const problem = (fields: Record<string, string>): string => {
    const found = rolesOf(size, fields);
    return 'problem' in found ? `${found.problem.field}: ${english(found.problem.message)}` : '';
  };

  it('is recognised by type, or said by name', () => {
    expect(rolesOf(size, {})).toEqual({
      roles: { targets: ['kW, heat'], inputs: [], ahead: [], time: 'when', series: 'place' },
    });
    expect(rolesOf(size, { target: 'wind', inputs: '"kW, heat"', ahead: 'off', time: '-', series: '-' })).toEqual({
      roles: { targets: ['wind'], inputs: ['kW, heat'], ahead: ['off'], time: null, series: null },
    });
  });

  it('must fit: every error names the field, the column and what is there', () => {
    expect(problem({ target: 'heat' })).toBe(
      'target: Column "heat" must be one of the table, which has when, "kW, heat", wind, off, place, bad.',
    );
    expect(problem({ inputs: 'wind, wind' })).toBe('inputs: Column "wind" must have one role, got several.');
    expect(problem({ inputs: 'place' })).toBe('inputs: Column "place" must hold numbers, got texts.');
    expect(problem({ ahead: 'bad' })).toBe('ahead: Column "bad" must hold numbers, got "x7" in line 9.');
    expect(problem({ time: 'off' })).toBe('time: Column "off" must hold times or numbers, got yes or no.');
    expect(problem({ time: 'when, wind' })).toBe('time: One column at most must be named here, got 2.');
  });

  it('names are read as they are written', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z][a-z ,"é]{0,8}[a-z]$/u), { maxLength: 6 }), (names) => {
        expect(readNames(writeNames(names))).toEqual(names);
      }),
    );
  });
});
