// A session's metrics as CSV text (RFC 4180), one row a point, piece by piece so that no size is too large. Writes no file.
import { metricKinds } from '../../engine/spec/metrics.ts';
import type { MetricColumns, RunFacts } from '../../engine/spec/metrics.ts';
import type { StoredRun } from '../store.ts';
import { columnsOf } from './columns.ts';
import type { Exportable } from './columns.ts';

/** Units are part of the names; a value that was not finite is left empty, and so is an axis that is not known. */
export const csvHeader =
  'run_id,run_name,model,implementation,seed,metric,step,tokens,samples,flops,active_seconds,wall_seconds,value';

const rowsPerPiece = 2000;

function cell(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function multiples(facts: RunFacts | null, step: number): readonly (number | null)[] {
  if (!facts) return [null, null, null];
  const tokens = step * facts.tokensPerStep;
  return [tokens, step * facts.samplesPerStep, tokens * facts.flopsPerToken];
}

function row(run: StoredRun, columns: MetricColumns, i: number): string {
  const { model, seed } = run.spec;
  const step = columns.step[i] ?? null;
  const axes =
    step === null ? [] : [step, ...multiples(run.facts, step), columns.active[i] ?? null, columns.wall[i] ?? null];
  const cells = [
    run.id,
    run.name,
    model.kind,
    model.implementation,
    seed,
    columns.metric,
    ...axes,
    columns.value[i] ?? null,
  ];
  return `${cells.map(cell).join(',')}\r\n`;
}

function* piecesOf(run: StoredRun, columns: MetricColumns): Generator<string> {
  for (let from = 0; from < columns.step.length; from += rowsPerPiece) {
    let piece = '';
    for (let i = from; i < Math.min(from + rowsPerPiece, columns.step.length); i++) piece += row(run, columns, i);
    yield piece;
  }
}

/** The text of the file in pieces, header first; runs in their order, metrics in the order of the contract. */
export async function* csvOf(store: Exportable): AsyncGenerator<string> {
  yield `${csvHeader}\r\n`;
  for (const run of await store.runs()) {
    for (const metric of metricKinds) yield* piecesOf(run, await columnsOf(store, run.id, metric));
  }
}
