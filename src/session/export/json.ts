// A whole session as one JSON text, piece by piece: everything except the tensors, of which it has only step, size and SHA-256. Writes no file.
import { asEnglish } from '../../engine/core/say.ts';
import type { StoredRun } from '../store.ts';
import { columnsOf, metricsOfRun } from './columns.ts';
import type { Exportable } from './columns.ts';

/** Changes when the meaning of a field changes. */
export const exportVersion = 1;

async function* runOf(store: Exportable, run: StoredRun): AsyncGenerator<string> {
  const checkpoints = await store.checkpoints(run.id);
  const samples = await store.samples(run.id);
  const answers = await store.answers(run.id);
  yield JSON.stringify({ ...run, checkpoints, samples, answers }, asEnglish).slice(0, -1);
  yield ',"metrics":[';
  let first = true;
  for (const metric of await metricsOfRun(store, run.id)) {
    const columns = await columnsOf(store, run.id, metric);
    if (columns.step.length === 0) continue;
    yield `${first ? '' : ','}${JSON.stringify(columns)}`;
    first = false;
  }
  yield ']}';
}

/** The text of the file in pieces. A non-finite value is null. */
export async function* jsonOfSession(store: Exportable): AsyncGenerator<string> {
  const { name, note, experiment, baseline } = await store.head();
  const events = await store.events();
  const head = { format: 'minrnn-session-export', version: exportVersion, name, note, experiment, baseline, events };
  yield `${JSON.stringify(head).slice(0, -1)},"runs":[`;
  let first = true;
  for (const run of await store.runs()) {
    if (!first) yield ',';
    first = false;
    yield* runOf(store, run);
  }
  yield ']}\n';
}
