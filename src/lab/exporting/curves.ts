// All curves of some runs, one metric of one run at a time, for the writers of curve files. Independent of file formats.
import type { MetricColumns } from '../../engine/spec/metrics.ts';
import { columnsOf, metricsOfRun, type Exportable } from '../../session/index.ts';
import type { StoredRun } from '../../session/index.ts';

export interface Curve {
  readonly run: StoredRun;
  readonly columns: MetricColumns;
}

/** Runs in their order, metrics in the order of the contract; curves without a point are left out. */
export async function* curvesOf(store: Exportable): AsyncGenerator<Curve> {
  for (const run of await store.runs()) {
    for (const metric of await metricsOfRun(store, run.id)) {
      const columns = await columnsOf(store, run.id, metric);
      if (columns.step.length > 0) yield { run, columns };
    }
  }
}
