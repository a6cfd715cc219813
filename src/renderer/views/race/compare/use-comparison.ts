// The comparison that the panel shows: the listed variants on one metric, against the baseline, else against the best that is listed.
import { computed, type ComputedRef, type WritableComputedRef } from 'vue';
import { itemAt } from '../../../../engine/core/item.ts';
import { asIs, type AsIs } from '../../../../engine/core/say.ts';
import { compareVariants, type Compared, type Comparison } from '../../../../engine/spec/statistics/comparisons.ts';
import {
  comparedWords,
  outcomeWords,
  planWords,
  summaryWords,
  valueText,
} from '../../../../engine/spec/statistics/seed-words.ts';
import { scaleOf } from '../../../../engine/spec/statistics/seed-picture.ts';
import { planFollowed, plannedReference, type Plan } from '../../../../engine/spec/statistics/plans.ts';
import { headlineOf, metricId, type RunMetric } from '../../../../engine/spec/task-metrics.ts';
import { variantOf } from '../../../../engine/spec/statistics/run-results.ts';
import { cssColour } from '../../../identity/identity.ts';
import { told } from '../../../i18n/told.ts';
import type { RaceContext } from '../race-context.ts';
import { useSessionStore } from '../../../stores/session.ts';
import { useRaceViewStore } from '../view-store.ts';

export interface CompareRow {
  readonly key: string;
  readonly name: string;
  readonly place: number;
  readonly colour: string;
  readonly mean: string;
  readonly words: string;
  /** Null for the reference. */
  readonly against: { readonly outcome: string; readonly words: string; readonly tone: string } | null;
}

export interface ShownComparison {
  readonly metric: RunMetric;
  readonly comparison: Comparison;
  readonly reference: string;
  /** Whether it was decided before its runs. */
  readonly planned: string;
  readonly rows: readonly CompareRow[];
  /** Ends of the scale of the dots. */
  readonly ends: readonly [low: string, high: string] | null;
}

const tones = { holds: 'better', 'does-not-hold': 'worse' } as const;
const toneOf = ({ verdict: { verdict } }: Compared): string =>
  verdict === 'holds' || verdict === 'does-not-hold' ? tones[verdict] : 'noise';

const meanText = ({ summaries, metric }: Comparison, place: number): string => {
  const { sample, finiteOnly } = itemAt(summaries, place);
  const mean = sample?.mean ?? finiteOnly?.mean;
  return mean === undefined ? '–' : valueText(metric, mean);
};

export function useComparison({ reading, baseline }: Pick<RaceContext, 'reading' | 'baseline'>): {
  readonly chosen: WritableComputedRef<string>;
  readonly shown: ComputedRef<ShownComparison | null>;
} {
  const view = useRaceViewStore();
  const session = useSessionStore();
  const metric = computed(
    () => view.metrics.find(({ name }) => metricId(name) === view.compared) ?? headlineOf(view.metrics) ?? null,
  );
  const chosen = computed<string>({
    get: () => (metric.value === null ? '' : metricId(metric.value.name)),
    set: (id) => (view.compared = id),
  });
  const shown = computed(() =>
    metric.value === null ? null : shownOf(metric.value, reading, baseline.value?.key, session.session?.plans ?? []),
  );
  return { chosen, shown };
}

function shownOf(
  metric: RunMetric,
  reading: RaceContext['reading'],
  based: string | undefined,
  plans: readonly Plan[],
): ShownComparison | null {
  const groups = reading.listed.value;
  if (groups.length === 0) return null;
  const ids = groups.map(({ runs }) => runs.map(({ id }) => id));
  const known = groups.findIndex(({ key }) => key === based);
  const reference = known >= 0 ? known : Math.max(0, ...plans.map((plan) => plannedReference(plan, ids)));
  const variants = groups.map(({ name, runs }) => variantOf(name, runs, metric.name));
  const comparison = compareVariants(metric, variants, reference);
  const nameOf = (at: number): AsIs => asIs<string>(itemAt(groups, at).name);
  const against = (place: number): CompareRow['against'] => {
    const one = comparison.pairs.find(({ a }) => a === place);
    if (one === undefined) return null;
    const [a, b] = [nameOf(place), nameOf(reference)];
    return {
      outcome: told(outcomeWords(one, a, b)),
      words: told(comparedWords(one, comparison)),
      tone: toneOf(one),
    };
  };
  const scale = scaleOf(comparison.summaries);
  const rows = groups.map(({ key, name }, place) => ({
    key,
    name,
    place,
    colour: cssColour(reading.lookOf(key).colour),
    mean: meanText(comparison, place),
    words: told(summaryWords(itemAt(comparison.summaries, place), metric)),
    against: against(place),
  }));
  const ends = scale && ([valueText(metric, scale.low), valueText(metric, scale.high)] as const);
  const planned = told(planWords(planFollowed(plans, metric.name, ids, reference)));
  return { metric, comparison, reference: nameOf(reference), planned, ends, rows };
}
