// Every measured point as one Parquet table with the columns of the CSV. Unknown axes and values that were not finite are null.
import { parquetWriteBuffer } from 'hyparquet-writer';
import { multiplesAt, type Exportable } from '../../session/index.ts';
import { curvesOf, type Curve } from './curves.ts';

type Cells = (string | number | bigint | null)[];

/** Name and type of each column; the same names as in the CSV. */
const columnTypes = {
  run_id: 'STRING',
  run_name: 'STRING',
  model: 'STRING',
  implementation: 'STRING',
  seed: 'INT64',
  metric: 'STRING',
  step: 'INT64',
  tokens: 'DOUBLE',
  samples: 'DOUBLE',
  flops: 'DOUBLE',
  active_seconds: 'DOUBLE',
  wall_seconds: 'DOUBLE',
  value: 'DOUBLE',
} as const;

type ColumnName = keyof typeof columnTypes;
const names = Object.keys(columnTypes) as readonly ColumnName[];

function addPoints(table: Readonly<Record<ColumnName, Cells>>, { run, columns }: Curve): void {
  columns.step.forEach((step, i) => {
    const [tokens = null, samples = null, flops = null] = multiplesAt(run.facts, step);
    const cells: Readonly<Record<ColumnName, string | number | bigint | null>> = {
      run_id: run.id,
      run_name: run.name,
      model: run.spec.model.kind,
      implementation: run.spec.model.implementation,
      seed: BigInt(run.spec.seed),
      metric: columns.metric,
      step: BigInt(step),
      tokens,
      samples,
      flops,
      active_seconds: columns.active[i] ?? null,
      wall_seconds: columns.wall[i] ?? null,
      value: columns.value[i] ?? null,
    };
    for (const name of names) table[name].push(cells[name]);
  });
}

export async function parquetOf(store: Exportable, createdBy: string): Promise<Uint8Array> {
  const table = Object.fromEntries(names.map((name) => [name, [] as Cells])) as Readonly<Record<ColumnName, Cells>>;
  for await (const curve of curvesOf(store)) addPoints(table, curve);
  const columnData = names.map((name) => ({ name, data: table[name], type: columnTypes[name] }));
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy }));
}
