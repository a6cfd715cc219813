// The statistics of a session's race: for a metric every variant with its seeds, compared with the baseline, else with the first. Pure.
import { compareVariants, type Comparison } from '../../engine/spec/statistics/comparisons.ts';
import { planFollowed, plannedReference, type Plan } from '../../engine/spec/statistics/plans.ts';
import { headlineOf, metricId, metricsOf, type RunMetric } from '../../engine/spec/task-metrics.ts';
import { variantOf } from '../../engine/spec/statistics/run-results.ts';
import type { RunState, SessionState } from '../../protocol/state.ts';
import { racedGroups } from './race-result.ts';

export interface RaceStatistics {
  readonly comparison: Comparison;
  /** Of the variants, in the order of its summaries. */
  readonly names: readonly string[];
  readonly reference: number;
  /** The plan that it follows, declared before its runs; null = not planned. */
  readonly plan: Plan | null;
}

type Compared = Pick<SessionState, 'runs' | 'baseline' | 'plans'>;

/** Of one metric, over the runs whose task has it; the reference is the baseline, else that of a plan, else the first. */
export function statisticsOf({ runs, baseline, plans = [] }: Compared, metric: RunMetric): RaceStatistics {
  const groups = racedGroups(runs.filter(({ facts }) => facts?.metrics.some(({ name }) => name === metric.name)));
  const ids = groups.map((group) => group.runs.map(({ id }) => id));
  const based = groups.findIndex((group) => group.runs.some(({ id }) => id === baseline));
  const planned = plans.map((plan) => plannedReference(plan, ids));
  const reference = based >= 0 ? based : Math.max(0, ...planned);
  const variants = groups.map((group) => variantOf(group.name, group.runs, metric.name));
  return {
    comparison: compareVariants(metric, variants, reference),
    names: groups.map(({ name }) => name),
    reference,
    plan: planFollowed(plans, metric.name, ids, reference),
  };
}

/** Of the metric a plan names, else the one people ask for first; null where no variant has a second seed: one run says nothing of another. */
export function headlineStatistics(session: Compared): RaceStatistics | null {
  const metrics = metricsOf(session.runs);
  const named = session.plans?.at(-1)?.metric;
  const metric = metrics.find(({ name }) => metricId(name) === named) ?? headlineOf(metrics);
  return metric === undefined || !hasSeveralSeeds(session.runs) ? null : statisticsOf(session, metric);
}

const hasSeveralSeeds = (runs: readonly RunState[]): boolean =>
  racedGroups(runs.filter(({ facts }) => facts !== null)).some((group) => group.runs.length > 1);
