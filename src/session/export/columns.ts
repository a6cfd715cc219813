// All points of one metric of one run with every x-axis, put together from complete windows of a store.
import { inOrder, type MetricColumns, type MetricKind, type RunFacts } from '../../engine/spec/metrics.ts';
import type { SeriesWindow } from '../../protocol/state.ts';
import type { SessionStore } from '../store.ts';

/** The interface an export reads from; any open session has it. */
export type Exportable = Pick<
  SessionStore,
  'head' | 'runs' | 'series' | 'lastValues' | 'checkpoints' | 'samples' | 'answers' | 'events'
>;

/** More columns than any file has points: every window is complete. */
const everyPoint = Number.MAX_SAFE_INTEGER;

/** Metrics of a run that have points, in the order of documents. */
export const metricsOfRun = async (
  store: Pick<Exportable, 'lastValues'>,
  run: string,
): Promise<readonly MetricKind[]> => inOrder(Object.keys(await store.lastValues(run)));

export async function columnsOf(store: Exportable, run: string, metric: MetricKind): Promise<MetricColumns> {
  const along = async (x: 'active' | 'wall'): Promise<SeriesWindow | undefined> => {
    const windows = await store.series({ runs: [run], metric, x, from: null, to: null, columns: everyPoint });
    return windows[0];
  };
  const active = await along('active');
  const wall = await along('wall');
  return {
    metric,
    step: active?.step ?? [],
    active: active?.x ?? [],
    wall: wall?.x ?? [],
    value: active?.value ?? [],
  };
}

/** Tokens, samples and FLOPs at a step: multiples of it, null where they are not known. */
export function multiplesAt(facts: RunFacts | null, step: number): readonly (number | null)[] {
  if (!facts) return [null, null, null];
  const tokens = step * facts.tokensPerStep;
  return [tokens, step * facts.samplesPerStep, tokens * facts.flopsPerToken];
}
