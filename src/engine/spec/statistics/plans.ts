// Comparisons decided before a race: what an experiment declares, stored with a hash of all that it depends on. A later change has another hash and
// other runs, so it is another comparison. Pure.
import { sha256 } from '../../core/sha256.ts';
import type { ExperimentSpec, PlannedComparison } from '../run-spec.ts';
import { metricId, type MetricName } from '../task-metrics.ts';

/** As the session keeps it. */
export interface Plan extends PlannedComparison {
  readonly hash: string;
  /** Ids of the runs of each variant. */
  readonly runs: readonly (readonly string[])[];
}

/** The kind of the event that keeps it; the event's time is before the first step of its runs. */
export const planEvent = 'comparison planned';

/** JSON with sorted keys: equal plans are equal text. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner !== 'object' || inner === null || Array.isArray(inner)
      ? inner
      : Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  );

/** Null where the experiment declares none. The name, the device and the order of turns change nothing that is compared. */
export function planOf(spec: ExperimentSpec, runs: Plan['runs']): Plan | null {
  const { comparison, task, variants, training, seeds, budget, match } = spec;
  if (comparison === undefined) return null;
  const hash = sha256(canonical({ comparison, task, variants, training, seeds, budget, match }));
  return { metric: comparison.metric, reference: comparison.reference, hash, runs };
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** Null for what no version wrote. */
export function planFrom(text: string): Plan | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { metric, reference, hash, runs } = value as Partial<Plan>;
  if (typeof metric !== 'string' || typeof reference !== 'number' || typeof hash !== 'string') return null;
  const isWhole = isList(runs) && runs.every((ids) => isList(ids) && ids.every((id) => typeof id === 'string'));
  return isWhole ? { metric, reference, hash, runs } : null;
}

const sameRuns = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id));

/** Where the reference of a plan is among these variants; -1 = not there. */
export function plannedReference({ runs, reference }: Plan, groups: readonly (readonly string[])[]): number {
  const wanted = runs[reference];
  return wanted === undefined ? -1 : groups.findIndex((ids) => sameRuns(ids, wanted));
}

/** The plan that this comparison follows to the letter: its metric, its reference, and all of its runs and no others. */
export const planFollowed = (
  plans: readonly Plan[],
  metric: MetricName,
  groups: readonly (readonly string[])[],
  reference: number,
): Plan | null =>
  plans.find(
    (plan) =>
      plan.metric === metricId(metric) &&
      plan.runs.length === groups.length &&
      plannedReference(plan, groups) === reference &&
      groups.every((ids) => plan.runs.some((planned) => sameRuns(ids, planned))),
  ) ?? null;
