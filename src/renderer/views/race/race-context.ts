// What the parts of the Race screen share: the runs in groups, which of them are shown, and the feed of their curves.
import {
  computed,
  inject,
  onBeforeUnmount,
  provide,
  watch,
  watchEffect,
  type ComputedRef,
  type InjectionKey,
} from 'vue';
import type { MetricKind } from '../../../engine/spec/metrics.ts';
import { headlineOf, type RunMetric } from '../../../engine/spec/task-metrics.ts';
import type { RunId } from '../../../protocol/state.ts';
import { lab } from '../../services/lab.ts';
import { useSessionStore } from '../../stores/session.ts';
import { useUiStore } from '../../stores/ui.ts';
import { useReading, type Reading } from './reading/use-reading.ts';
import { groupRuns, type RunGroup } from './run-groups.ts';
import { createSeriesFeed, type SeriesFeed } from './series-feed.ts';
import { isLineChart, useRaceViewStore, type ChartId, type LineChartId } from './view-store.ts';

export interface RaceContext {
  /** Every variant of the session with its seeds. */
  readonly groups: ComputedRef<readonly RunGroup[]>;
  readonly reading: Reading;
  /** Groups drawn in charts, best first. */
  readonly visible: ComputedRef<readonly RunGroup[]>;
  readonly baseline: ComputedRef<RunGroup | null>;
  readonly feed: SeriesFeed;
  /** Losses of all runs over their whole length, whatever the charts are zoomed to. */
  readonly trends: SeriesFeed;
}

const key: InjectionKey<RaceContext> = Symbol('race');

/** Points of the trends in the run table, all runs together. */
const TREND_BUDGET = 40_000;

/** The feeds of charts and table, kept in step with the view. */
function useFeeds(): Pick<RaceContext, 'feed' | 'trends'> {
  const session = useSessionStore();
  const view = useRaceViewStore();
  const ui = useUiStore();
  const options = {
    factsOf: (run: RunId) => session.byId.get(run)?.facts ?? null,
    onFailure: (thrown: unknown) => void ui.showError(thrown),
  };
  const feed = createSeriesFeed(lab(), options);
  const trends = createSeriesFeed(lab(), { ...options, budget: TREND_BUDGET });
  const runIds = computed(() => session.runs.map((run) => run.id).join('\n'));
  const withFacts = computed(() => session.runs.filter((run) => run.facts !== null).length);
  const metrics = computed(() => metricsFor(view.shown, view.metricOf, view.metrics));
  watchEffect(() => {
    const runs = runIds.value === '' ? [] : runIds.value.split('\n');
    feed.show({ runs, metrics: metrics.value, axis: view.axis, range: view.range });
    trends.show({ runs, metrics: ['val/loss', 'train/loss'], axis: 'step', range: null });
  });
  // Axes counted in tokens or FLOPs need the facts of a run, and another session needs everything reloaded.
  watch(
    () => [session.session?.path, needsFacts(view.axis) ? withFacts.value : 0],
    () => {
      feed.refresh();
      trends.refresh();
    },
  );
  onBeforeUnmount(() => {
    feed.dispose();
    trends.dispose();
  });
  return { feed, trends };
}

export function provideRace(): RaceContext {
  const session = useSessionStore();
  const groups = computed(() => groupRuns(session.runs));
  const baseline = computed(() => {
    const id = session.session?.baseline ?? null;
    return groups.value.find((group) => group.runs.some((run) => run.id === id)) ?? null;
  });
  const reading = useReading(groups, baseline);
  const context: RaceContext = { groups, reading, visible: reading.drawn, baseline, ...useFeeds() };
  provide(key, context);
  return context;
}

const needsFacts = (axis: string): boolean => axis === 'tokens' || axis === 'samples' || axis === 'flops';

/** Metrics of the shown charts; the loss has the metric people ask for first beside it in the table of values. */
function metricsFor(
  shown: readonly ChartId[],
  metricOf: (chart: LineChartId) => MetricKind,
  metrics: readonly RunMetric[],
): readonly MetricKind[] {
  const own = shown.filter(isLineChart).map(metricOf);
  const beside = headlineOf(metrics)?.name;
  return [...new Set<MetricKind>(shown.includes('loss') && beside !== undefined ? [...own, beside] : own)];
}

export function useRace(): RaceContext {
  const context = inject(key);
  if (context === undefined) throw new Error('useRace: must be called below RaceView');
  return context;
}
