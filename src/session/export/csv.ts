// A session's metrics as CSV text (RFC 4180), one row per point, produced in pieces, so that size does not matter. Writes no file.
import { byteOrderMark, csvRow } from '../../engine/core/csv.ts';
import type { MetricColumns } from '../../engine/spec/metrics.ts';
import type { StoredRun } from '../store.ts';
import { columnsOf, metricsOfRun, multiplesAt } from './columns.ts';
import type { Exportable } from './columns.ts';

/** Units are part of the names; a non-finite value or an unknown axis is left empty. */
export const csvHeader =
  'run_id,run_name,model,implementation,seed,metric,step,tokens,samples,flops,active_seconds,wall_seconds,value';

/** Only for runs with a text: the text at that step, since a run may have continued with another one. */
const textColumn = 'text_sha256';

const rowsPerPiece = 2000;

const textAt = ({ texts }: StoredRun, step: number): string =>
  texts?.findLast((use) => use.step <= step)?.text?.sha256 ?? '';

function row(run: StoredRun, columns: MetricColumns, i: number, withTexts: boolean): string {
  const { model, seed } = run.spec;
  const step = columns.step[i] ?? null;
  const axes =
    step === null ? [] : [step, ...multiplesAt(run.facts, step), columns.active[i] ?? null, columns.wall[i] ?? null];
  const cells = [
    run.id,
    run.name,
    model.kind,
    model.implementation,
    seed,
    columns.metric,
    ...axes,
    columns.value[i] ?? null,
    ...(withTexts ? [textAt(run, step ?? 0)] : []),
  ];
  return csvRow(cells);
}

function* piecesOf(run: StoredRun, columns: MetricColumns, withTexts: boolean): Generator<string> {
  for (let from = 0; from < columns.step.length; from += rowsPerPiece) {
    let piece = '';
    for (let i = from; i < Math.min(from + rowsPerPiece, columns.step.length); i++)
      piece += row(run, columns, i, withTexts);
    yield piece;
  }
}

/** The text of the file in pieces, header first; runs in their order, metrics in the order of the contract. `bom` is for Excel. */
export async function* csvOf(store: Exportable, bom = false): AsyncGenerator<string> {
  const runs = await store.runs();
  const withTexts = runs.some(({ texts }) => texts !== null && texts.length > 0);
  yield `${bom ? byteOrderMark : ''}${csvHeader}${withTexts ? `,${textColumn}` : ''}\r\n`;
  for (const run of runs) {
    for (const metric of await metricsOfRun(store, run.id))
      yield* piecesOf(run, await columnsOf(store, run.id, metric), withTexts);
  }
}
