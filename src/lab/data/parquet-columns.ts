// A Parquet file as a table, read by hyparquet: columns of numbers, yes or no, times and texts, packed by what Node unpacks. What a file claims
// is checked before memory is taken for it; whatever the package throws is an error of the file. Runs in a thread of its own.
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { parquetMetadata, parquetRead, parquetSchema, type Compressors, type FileMetaData } from 'hyparquet';
import { fail, ok, type Result } from '../../engine/core/result.ts';
import { asIs, type MessageValue, say } from '../../engine/core/say.ts';
import { wordsOf } from '../../engine/core/system-words.ts';
import { readTimeCell } from '../../engine/data/cells.ts';
import {
  mostCells,
  refuseTable,
  tableSet,
  TextPlaces,
  type TableColumn,
  type TableSet,
} from '../../engine/data/table.ts';

/** Beside those of the package: none and Snappy. */
const compressors: Compressors = {
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: Math.max(1, length) }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: Math.max(1, length) }),
};
const unpacked: readonly string[] = ['UNCOMPRESSED', 'SNAPPY', ...Object.keys(compressors)];

export async function readColumns(name: string, bytes: Uint8Array): Promise<Result<TableSet>> {
  const file = Uint8Array.from(bytes).buffer;
  try {
    const metadata = parquetMetadata(file, { geoparquet: false });
    const refused = refusedClaims(name, metadata, file.byteLength);
    if (refused !== null) return refused;
    const rows = Number(metadata.num_rows);
    const columns: TableColumn[] = [];
    for (const { element } of parquetSchema(metadata).children) {
      const column = columnOf(name, element.name, await valuesOf(file, metadata, element.name), rows);
      if (!column.ok) return column;
      columns.push(column.value);
    }
    return tableSet(name, columns);
  } catch (error) {
    return damaged(name, asIs(wordsOf(error)));
  }
}

/** All values of a column in the order of rows. */
async function valuesOf(file: ArrayBuffer, metadata: FileMetaData, column: string): Promise<readonly unknown[]> {
  const found: { readonly at: number; readonly values: ArrayLike<unknown> }[] = [];
  const onChunk = ({ rowStart, columnData }: { rowStart: number; columnData: ArrayLike<unknown> }): void =>
    void found.push({ at: rowStart, values: columnData });
  await parquetRead({ file, metadata, columns: [column], compressors, geoparquet: false, onChunk });
  return found.toSorted((a, b) => a.at - b.at).flatMap(({ values }) => Array.from(values));
}

export const damaged = (name: string, why: MessageValue): Result<never> =>
  fail('bad-input', say`data "${asIs(name)}": a Parquet file must be whole, got one that cannot be read (${why})`, {
    field: 'path',
    cure: say`Copy the file again, or save it as CSV.`,
  });

/** Null if what the file says of itself can be true and is small enough. */
function refusedClaims(name: string, metadata: FileMetaData, fileBytes: number): Result<never> | null {
  const { children } = parquetSchema(metadata);
  const rows = Number(metadata.num_rows);
  if (!(rows * children.length <= mostCells))
    return refuseTable(name, say`a table must have at most ${mostCells} cells, got ${rows * children.length}`);
  const nested = children.find((child) => child.children.length > 0 || child.element.repetition_type === 'REPEATED');
  if (nested !== undefined)
    return refuseTable(
      name,
      say`column "${asIs(nested.element.name)}" must hold one value in a row, got lists or parts`,
      say`Leave that column out, or spread it over several.`,
    );
  const counted = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (counted !== rows) return damaged(name, say`${rows} rows in all, ${counted} in its groups`);
  for (const { meta_data: chunk } of metadata.row_groups.flatMap((group) => group.columns)) {
    if (chunk === undefined) return damaged(name, say`a column is not described`);
    if (!unpacked.includes(chunk.codec))
      return refuseTable(
        name,
        say`a Parquet file must be packed by one of ${asIs(unpacked.join(', '))}, got ${asIs(String(chunk.codec))}`,
        say`Save it with another compression, such as Snappy.`,
      );
    if (Number(chunk.num_values) > rows || Number(chunk.total_compressed_size) > fileBytes)
      return damaged(name, say`column ${asIs(chunk.path_in_schema.join('.'))} claims more than the file has`);
  }
  return null;
}

type Read = (value: unknown) => number;

/** By the type of its first value; the others of a column have the same. */
function columnOf(name: string, title: string, all: readonly unknown[], rows: number): Result<TableColumn> {
  if (all.length !== rows) return damaged(name, say`column ${asIs(title)} has ${all.length} of ${rows} rows`);
  const first = all.find((value) => value !== null && value !== undefined);
  const texts = new TextPlaces();
  const of = (type: TableColumn['type'], read: Read): Result<TableColumn> => {
    const numbers = Float64Array.from(all, (value) => (value === null || value === undefined ? NaN : read(value)));
    return ok({ name: title, type, values: numbers, texts: texts.texts });
  };
  if (first === undefined || typeof first === 'number' || typeof first === 'bigint') return of('number', Number);
  if (typeof first === 'boolean') return of('flag', Number);
  if (first instanceof Date) return of('time', (value) => (value instanceof Date ? value.getTime() : NaN));
  if (typeof first === 'string') {
    const times = all.every((value) => typeof value !== 'string' || !Number.isNaN(readTimeCell(value)));
    if (times) return of('time', (value) => readTimeCell(String(value)));
    return of('text', (value) => texts.place(String(value)));
  }
  return refuseTable(
    name,
    say`column "${asIs(title)}" must hold numbers, yes or no, times or texts, got other bytes`,
    say`Leave that column out.`,
  );
}
