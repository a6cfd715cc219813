// The statistics of a session's race: for a metric every variant with its seeds, compared with the baseline, else with the first. Pure.
import { compareVariants, type Comparison } from '../../engine/spec/statistics/comparisons.ts';
import { headlineOf, metricsOf, type RunMetric } from '../../engine/spec/task-metrics.ts';
import { variantOf } from '../../protocol/seed-results.ts';
import type { RunState, SessionState } from '../../protocol/state.ts';
import { racedGroups } from './race-result.ts';

export interface RaceStatistics {
  readonly comparison: Comparison;
  /** Of the variants, in the order of its summaries. */
  readonly names: readonly string[];
  readonly reference: number;
}

/** Of one metric, over the runs whose task has it. */
export function statisticsOf(
  { runs, baseline }: Pick<SessionState, 'runs' | 'baseline'>,
  metric: RunMetric,
): RaceStatistics {
  const groups = racedGroups(runs.filter(({ facts }) => facts?.metrics.some(({ name }) => name === metric.name)));
  const reference = Math.max(
    0,
    groups.findIndex((group) => group.runs.some(({ id }) => id === baseline)),
  );
  const variants = groups.map((group) => variantOf(group.name, group.runs, metric.name));
  return { comparison: compareVariants(metric, variants, reference), names: groups.map(({ name }) => name), reference };
}

/** Of the metric people ask for first; null where no variant has a second seed: one run says nothing of another. */
export function headlineStatistics(session: Pick<SessionState, 'runs' | 'baseline'>): RaceStatistics | null {
  const metric = headlineOf(metricsOf(session.runs));
  return metric === undefined || !hasSeveralSeeds(session.runs) ? null : statisticsOf(session, metric);
}

const hasSeveralSeeds = (runs: readonly RunState[]): boolean =>
  racedGroups(runs.filter(({ facts }) => facts !== null)).some((group) => group.runs.length > 1);
