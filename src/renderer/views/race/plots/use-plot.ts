// One chart of the Race screen as data: lines and labels, recomputed when the feed has published or the view has changed.
import { computed, type ComputedRef, type Ref } from 'vue';
import { floorIn, type Floor, type FloorKind } from '../../../../engine/spec/floors.ts';
import type { MetricKind } from '../../../../engine/spec/metrics.ts';
import { isMetricName, lossName } from '../../../../engine/spec/task-metrics.ts';
import { formatMetric, formatMetricTick } from '../../../charts/axes.ts';
import { chooseLabels, type Labels } from '../../../charts/choose-labels.ts';
import { labelRoom } from '../../../charts/plot-labels.ts';
import type { PlotNotes } from '../../../charts/plot-view.ts';
import { extentOfX, joinExtents, type Extent } from '../../../charts/points.ts';
import { buildPlot, type LineInput, type PlotLine, type PlotModel, type Trace } from '../../../charts/plot-model.ts';
import { formatInt, formatSetting, formatTick } from '../../../format/numbers.ts';
import { t } from '../../../i18n/index.ts';
import { useUiStore } from '../../../stores/ui.ts';
import type { RunState } from '../../../../protocol/state.ts';
import { unitOf } from '../metric-words.ts';
import { useRace } from '../race-context.ts';
import { isLineChart, useRaceViewStore, type LineChartId } from '../view-store.ts';

export interface Plot {
  readonly metric: ComputedRef<MetricKind>;
  readonly model: ComputedRef<PlotModel>;
  readonly labels: ComputedRef<Labels>;
  readonly notes: ComputedRef<PlotNotes>;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  readonly wholeX: ComputedRef<boolean>;
}

const same = <T>(values: readonly T[]): T | null => {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
};

interface Level {
  readonly key: 'race.chance' | 'common.blindChance' | 'common.lastFloor' | 'common.seasonFloor';
  readonly value: number;
}

function floorOf(floors: readonly Floor[], kind: FloorKind, metric: MetricKind): number | null {
  const floor = floors.find((one) => one.kind === kind);
  return floor === undefined ? null : floorIn(floor, metric);
}

/** Chance levels of a metric, and what guesses without training reach; none if the runs disagree or the task has none. */
function levelsOf(runs: readonly RunState[], metric: MetricKind): readonly Level[] {
  const facts = runs.map((run) => run.facts).filter((one) => one !== null);
  const judged = metric === 'train/loss' ? lossName : metric;
  const levels = facts.map(({ metrics }) => metrics.find(({ name }) => name === judged) ?? null);
  const constant = same(levels.map((one) => one?.chance ?? null));
  const blind = same(levels.map((one) => one?.blind ?? null));
  return [
    ...(constant === null ? [] : [{ key: 'race.chance', value: constant } as const]),
    ...(blind === null ? [] : [{ key: 'common.blindChance', value: blind } as const]),
    ...(['last', 'season'] as const).flatMap((kind) => {
      const value = same(facts.map(({ floors = [] }) => floorOf(floors, kind, judged)));
      return value === null ? [] : [{ key: `common.${kind}Floor`, value } as const];
    }),
  ];
}

/** Start of the speed axis: the first stored speed of any run, after compile and warm-up. */
function firstCounted(model: PlotModel): number | null {
  let first = Infinity;
  for (const { traces } of model.lines)
    for (const { points } of traces) first = Math.min(first, points.x[0] ?? Infinity);
  return Number.isFinite(first) && first > model.x.min && first < model.x.max ? first : null;
}

interface Member {
  readonly key: string;
  readonly label: string;
  readonly runs: readonly RunState[];
  readonly selected: boolean;
}

/** One line per variant with its seeds as a band, or one per run; best first. */
function useMembers(): ComputedRef<readonly Member[]> {
  const { visible } = useRace();
  const view = useRaceViewStore();
  const ui = useUiStore();
  const member = (runs: readonly RunState[], label: string): Member => ({
    key: runs[0]?.id ?? '',
    label,
    runs,
    selected: runs.some((run) => ui.selection.has(run.id)),
  });
  return computed(() =>
    visible.value.flatMap((group) =>
      view.seeds === 'band' || group.runs.length === 1
        ? [member(group.runs, group.name)]
        : group.runs.map((run) => member([run], run.name)),
    ),
  );
}

function useLines(
  metric: ComputedRef<MetricKind>,
  members: ComputedRef<readonly Member[]>,
  labels: ComputedRef<Labels>,
): ComputedRef<readonly LineInput[]> {
  const { reading, feed } = useRace();
  const traceOf = (run: RunState): Trace => {
    // A buffer creates a view of its columns at each access, so this is read once, not per point.
    const { x, y, step } = feed.points(metric.value, run.id) ?? { x: [], y: [], step: [] };
    const changes = run.rateChanges.map((change) => ({
      step: change.step,
      words: `lr ${formatSetting(change.value)}`,
    }));
    return { run: run.id, name: run.name, status: run.status, step, points: { x, y }, changes };
  };
  return computed(() => {
    void feed.version.value;
    return members.value.map(({ key, label, runs, selected }) => ({
      key,
      look: reading.lookOf(key),
      label,
      tag: labels.value.tags.get(key) ?? null,
      traces: runs.map(traceOf),
      selected,
    }));
  });
}

/** Horizontal range of all visible charts: cursor and zoom link the charts, so they need the same axis. */
function useCommonX(): ComputedRef<Extent | null> {
  const { visible, feed } = useRace();
  const view = useRaceViewStore();
  return computed(() => {
    void feed.version.value;
    const runs = visible.value.flatMap((group) => group.runs);
    const columns = runs.flatMap((run) =>
      view.shown.filter(isLineChart).map((chart) => feed.points(view.metricOf(chart), run.id)?.x ?? []),
    );
    return joinExtents(columns.map((x) => extentOfX(x, view.logX)));
  });
}

/** `size` of the plot area in pixels. */
export function usePlot(chart: LineChartId, size: Ref<{ readonly width: number; readonly height: number }>): Plot {
  const { visible, reading } = useRace();
  const view = useRaceViewStore();
  const metric = computed(() => view.metricOf(chart));
  const runs = computed(() => visible.value.flatMap((group) => group.runs));
  const members = useMembers();
  const labels = computed(() => chooseLabels(members.value, labelRoom(size.value.height)));
  const lines = useLines(metric, members, labels);
  const common = useCommonX();
  const unit = computed(() => unitOf(metric.value, view.metrics));
  const levels = computed(() => levelsOf(runs.value, metric.value));
  const model = computed(() =>
    buildPlot(lines.value, {
      logX: view.logX,
      logY: view.logY[chart] === true,
      smoothing: view.smoothing,
      range: view.range,
      common: common.value,
      yRange: view.yRanges[chart] ?? null,
      fromZero: startsAtZero(chart, unit.value),
      guides: isMetricName(chart) ? levels.value.map(({ value }) => value) : [],
      columns: Math.max(50, Math.round(size.value.width / 2)),
      speeds: chart === 'throughput',
      coloured: reading.carriers.value.colour !== null,
    }),
  );
  const shown = (value: number): string => (value === 0 ? '0' : formatMetric(metric.value, value, unit.value));
  const notes = computed<PlotNotes>(() => ({
    guides: levels.value.map(({ key, value }) => ({ y: value, label: t(key, { value: shown(value) }) })),
    shade: chart === 'throughput' ? shadeOf(firstCounted(model.value)) : null,
    disturbed: t('account.disturbedHere'),
    endNote: (line) => endNote(chart, line),
    xName: t(`race.axisName.${view.axis}`),
  }));
  const wholeX = computed(() => view.axis !== 'active' && view.axis !== 'wall');
  const formatY = (value: number): string => formatMetricTick(metric.value, value, unit.value);
  return { metric, model, labels, notes, formatX: formatTick, formatY, wholeX };
}

/** Shares are read against their whole range; other metrics and losses where their values are. */
const startsAtZero = (chart: LineChartId, unit: string): boolean =>
  isMetricName(chart) ? unit === 'share' : chart !== 'rate' && chart !== 'loss';

function shadeOf(end: number | null): PlotNotes['shade'] {
  return end === null ? null : { to: end, label: t('race.warmup') };
}

function endNote(chart: LineChartId, line: PlotLine): string | null {
  if (line.status !== 'diverged' || chart !== 'loss') return null;
  const step = line.endStep === null ? '' : formatInt(line.endStep);
  return t('race.nanAfter', { name: line.tag ?? line.label, step });
}
