// Parquet files: the same columns as in the CSV of the same rows, and errors for what cannot be read.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { unwrap, type Result } from '../../engine/core/result.ts';
import { english } from '../../engine/core/say.ts';
import { readTableText } from '../../engine/data/table-text.ts';
import { looksLikeParquet, readParquet } from './parquet-table.ts';

const hours = [0, 1, 2].map((hour) => Date.UTC(2024, 0, 31, 22 + hour));
const columnData: ColumnSource[] = [
  { name: 'time', data: hours.map((time) => new Date(time)), type: 'TIMESTAMP' },
  { name: 'demand, kW', data: [1.5, null, -2000], type: 'DOUBLE' },
  { name: 'count', data: [3n, 4n, 5n], type: 'INT64' },
  { name: 'off', data: [false, true, null], type: 'BOOLEAN' },
  { name: 'place', data: ['A', 'B', 'A'], type: 'STRING' },
];
const written = (columns: ColumnSource[] = columnData, more: object = {}): Uint8Array =>
  new Uint8Array(parquetWriteBuffer({ columnData: columns, ...more }));
const said = (result: Result<unknown>): string => (result.ok ? '' : english(result.error.message));

describe('a Parquet file', () => {
  it('has the columns of the CSV with the same rows', async () => {
    const csv =
      'time,"demand, kW",count,off,place\n2024-01-31 22:00,1.5,3,no,A\n2024-01-31 23:00,,4,yes,B\n2024-02-01,-2000,5,,A\n';
    const bytes = written();
    expect(looksLikeParquet(bytes)).toBe(true);
    expect(unwrap(await readParquet('t', bytes))).toEqual(unwrap(readTableText('t', csv)));
  });

  it('may have several groups of rows, and be packed by gzip', async () => {
    const data = Array.from({ length: 100 }, (_, i) => i / 4);
    const bytes = written([{ name: 'x', data, type: 'DOUBLE' }], {
      rowGroupSize: 30,
      codec: 'GZIP',
      compressors: { GZIP: (input: Uint8Array) => Uint8Array.from(gzipSync(input)) },
    });
    const { columns, rows } = unwrap(await readParquet('t', bytes));
    expect([rows, [...columns[0].values]]).toEqual([100, data]);
  });

  it('times written as text are times', async () => {
    const bytes = written([
      { name: 'day', data: ['2024-01-01', '2024-01-02'], type: 'STRING' },
      { name: 'x', data: [1, 2], type: 'DOUBLE' },
    ]);
    expect(unwrap(await readParquet('t', bytes)).columns[0]).toMatchObject({ type: 'time', texts: [] });
  });

  it('is refused where it is cut off, or a column has no single numbers', async () => {
    const bytes = written();
    for (const end of [0, 4, 12, bytes.length >> 1, bytes.length - 1])
      expect(said(await readParquet('t', bytes.subarray(0, end)))).toContain('a Parquet file must be whole');
    const endless = written([{ name: 'x', data: [1, Infinity], type: 'DOUBLE' }]);
    expect(said(await readParquet('t', endless))).toContain('column "x", row 2: a value must be a finite number');
    const lists = written([{ name: 'x', data: [{ a: 1 }, { a: 2 }], type: 'JSON' }]);
    expect(said(await readParquet('t', lists))).toContain('column "x" must hold');
  });

  it('whose reading would not end is refused: the lab is not held up', async () => {
    const bytes = readFileSync(new URL('../../../tests/corpus/data/rows.parquet', import.meta.url));
    expect((await readParquet('t', bytes)).ok).toBe(true);
    for (const at of [130, 131, 135, 136, 137]) bytes[at] = 0;
    expect(said(await readParquet('t', bytes, 1))).toContain('a Parquet file must be whole');
  });
});
