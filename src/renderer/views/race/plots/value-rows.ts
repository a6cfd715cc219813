// The table of values at the cursor: stored values only, and the reason if a run has none there. Pure.
import { itemAt } from '../../../../engine/core/item.ts';
import type { RunStatus } from '../../../../protocol/state.ts';
import type { Look } from '../../../identity/identity.ts';
import type { PlotModel, Trace } from '../../../charts/plot-model.ts';
import { storedValue } from '../../../charts/points.ts';
import { finiteMean, finiteSd } from '../../../../engine/spec/statistics/sample.ts';

export interface ValueRow {
  readonly key: string;
  readonly look: Look;
  readonly name: string;
  /** Mean over the seeds with a stored value; null if there is none. NaN = the stored value is not finite. */
  readonly value: number | null;
  /** Sample standard deviation over the seeds; null for one. */
  readonly sd: number | null;
  readonly second: number | null;
  readonly seeds: number;
  /** End of the curve if the cursor is beyond it; `open` = the run continues. */
  readonly ended: { readonly step: number; readonly open: boolean } | null;
}

const goingOn: ReadonlySet<RunStatus> = new Set(['queued', 'preparing', 'running', 'paused']);

export type SecondValue = (run: string, x: number) => number | null;

function endOf(traces: readonly Trace[], status: RunStatus, at: number): ValueRow['ended'] {
  const last = traces.reduce(
    (most, trace) => Math.max(most, trace.points.x[trace.points.x.length - 1] ?? -Infinity),
    -Infinity,
  );
  if (last >= at || last === -Infinity) return null;
  const step = traces.reduce(
    (most, { step: all }) => (all.length === 0 ? most : Math.max(most, itemAt(all, all.length - 1))),
    0,
  );
  return { step, open: goingOn.has(status) };
}

/** Rows sorted best first; `lowest` = the lowest values are the best. Runs without a value last. */
export function valueRows(model: PlotModel, at: number, lowest: boolean, second: SecondValue): readonly ValueRow[] {
  const rows = model.lines.map((line): ValueRow => {
    const found = line.traces.flatMap((trace) => {
      const stored = storedValue(trace.points, at);
      return stored === null ? [] : [{ run: trace.run, y: stored.y }];
    });
    const values = found.map(({ y }) => y);
    return {
      key: line.key,
      look: line.look,
      name: line.label,
      value: values.length === 0 ? null : (finiteMean(values) ?? Number.NaN),
      sd: finiteSd(values),
      second: finiteMean(found.map(({ run }) => second(run, at))),
      seeds: values.length,
      ended: values.length === 0 ? endOf(line.traces, line.status, at) : null,
    };
  });
  const sign = lowest ? 1 : -1;
  const rank = ({ value }: ValueRow): number =>
    value === null ? Infinity : Number.isNaN(value) ? Number.MAX_VALUE : sign * value;
  return rows.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
