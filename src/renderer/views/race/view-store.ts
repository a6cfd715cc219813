// How a person looks at the race: axes, smoothing, zoom, cursor, which charts and rows. Belongs to this window, survives leaving the
// screen, and is never saved with the session.
import { defineStore } from 'pinia';
import { computed, shallowRef, type ComputedRef } from 'vue';
import type { MetricKind, XAxis } from '../../../engine/spec/metrics.ts';
import { isMetricName, metricsOf, type RunMetric } from '../../../engine/spec/task-metrics.ts';
import type { RunId } from '../../../protocol/state.ts';
import { useSessionStore } from '../../stores/session.ts';
import { nextSort, type Sort } from './board/sort-order.ts';
import type { SummaryKind } from './board/summary.ts';
import { drawnMetrics, furtherMetrics } from './metric-words.ts';
import {
  fixedCharts,
  furtherCharts,
  type ChartId,
  type LineChartId,
  type PanelId,
  type TableId,
  type XRange,
} from './view-ids.ts';

export { isLineChart, type ChartId, type LineChartId, type PanelId, type TableId } from './view-ids.ts';

function axes() {
  const axis = shallowRef<XAxis>('step');
  const logX = shallowRef(false);
  const range = shallowRef<XRange | null>(null);
  const yRanges = shallowRef<Partial<Record<LineChartId, XRange>>>({});
  /** Others are linear. */
  const logY = shallowRef<Readonly<Partial<Record<LineChartId, boolean>>>>({
    loss: true,
    throughput: true,
    gradient: true,
    rate: true,
  });
  const resetZoom = (): void => {
    range.value = null;
    yRanges.value = {};
  };
  const setAxis = (next: XAxis): void => {
    axis.value = next;
    resetZoom();
  };
  const setLogY = (chart: LineChartId, on: boolean): void => {
    logY.value = { ...logY.value, [chart]: on };
    setYRange(chart, null);
  };
  const setYRange = (chart: LineChartId, next: XRange | null): void => {
    yRanges.value = { ...yRanges.value, [chart]: next ?? undefined };
  };
  return { axis, setAxis, logX, range, yRanges, setYRange, logY, setLogY, resetZoom };
}

function cursors() {
  /** One x for all charts; `over` is the chart that shows the table of values. */
  const cursor = shallowRef<{ readonly x: number; readonly over: LineChartId } | null>(null);
  return { cursor };
}

/** Charts that are always there, and those shown only when a person asks for them: some of every race, and what the models tell. */
function chartsFor(metrics: ComputedRef<readonly RunMetric[]>) {
  const offered = computed<readonly ChartId[]>(() => {
    const [loss, ...others] = fixedCharts.slice(0, -furtherCharts.length);
    return [loss ?? 'loss', ...drawnMetrics(metrics.value).map(({ name }) => name), ...others];
  });
  const further = computed<readonly ChartId[]>(() => [
    ...furtherCharts,
    ...furtherMetrics(metrics.value).map(({ name }) => name),
  ]);
  return { offered, further };
}

function charts() {
  const lossMetric = shallowRef<MetricKind>('val/loss');
  const speedMetric = shallowRef<MetricKind>('speed/tokens');
  const extra = shallowRef<readonly ChartId[]>(['time']);
  /** The maximised chart; null = all charts. */
  const alone = shallowRef<LineChartId | null>(null);
  const tables = shallowRef<ReadonlySet<TableId>>(new Set());
  const metricOf = (chart: LineChartId): MetricKind => {
    if (isMetricName(chart)) return chart;
    if (chart === 'loss') return lossMetric.value;
    if (chart === 'throughput') return speedMetric.value;
    return chart === 'gradient' ? 'train/gradient-norm' : 'train/learning-rate';
  };
  const session = useSessionStore();
  /** Of the tasks of the session; the same array until another metric comes. */
  const metrics = computed<readonly RunMetric[]>((old) => {
    const found = metricsOf(session.runs);
    return old !== undefined && JSON.stringify(old) === JSON.stringify(found) ? old : found;
  });
  const { offered, further } = chartsFor(metrics);
  const shown = computed<readonly ChartId[]>(() => {
    const one = alone.value;
    const all = [...offered.value, ...further.value];
    const known = one !== null && (!isMetricName(one) || all.includes(one));
    return known
      ? [one]
      : [...offered.value, ...extra.value.filter((chart) => !isMetricName(chart) || all.includes(chart))];
  });
  const toggleTable = (chart: TableId): void => {
    const next = new Set(tables.value);
    if (!next.delete(chart)) next.add(chart);
    tables.value = next;
  };
  const toggleExtra = (chart: ChartId): void => {
    const has = extra.value.includes(chart);
    extra.value = has ? extra.value.filter((one) => one !== chart) : [...extra.value, chart];
  };
  return { lossMetric, speedMetric, further, extra, alone, tables, metrics, metricOf, shown, toggleTable, toggleExtra };
}

function board() {
  const summary = shallowRef<SummaryKind>('last');
  const atStep = shallowRef(0);
  const filter = shallowRef('');
  /** null = all. */
  const best = shallowRef<number | null>(null);
  const colour = shallowRef('auto');
  const dash = shallowRef('auto');
  /** `seeds`, or the id of the settings column to group lines and rows by. */
  const groupBy = shallowRef('seeds');
  /** The run under the pointer, in any part of the screen. */
  const hovered = shallowRef<RunId | null>(null);
  /** Show the device columns even if they are the same for all. */
  const ran = shallowRef(false);
  const sort = shallowRef<Sort>({ column: 'loss', down: false });
  const solo = shallowRef<ReadonlySet<RunId> | null>(null);
  const expanded = shallowRef<ReadonlySet<string>>(new Set());
  const sortBy = (column: string, metrics: readonly RunMetric[]): void => {
    sort.value = nextSort(sort.value, column, metrics);
  };
  const toggleExpanded = (key: string): void => {
    const next = new Set(expanded.value);
    if (!next.delete(key)) next.add(key);
    expanded.value = next;
  };
  const showAll = (): void => {
    filter.value = '';
    best.value = null;
    solo.value = null;
  };
  const chosen = { filter, best, solo, showAll, colour, dash, groupBy, hovered };
  return { summary, atStep, ran, sort, sortBy, expanded, toggleExpanded, ...chosen };
}

/** What the scatter of a sweep shows: ids of axes, `auto` = chosen by what there is; its colour is that of the curves or of a setting. */
function scatter() {
  const across = shallowRef('auto');
  const up = shallowRef('auto');
  const scatterColour = shallowRef('auto');
  /** What is compared, by the short name of a metric. */
  const compared = shallowRef('auto');
  return { across, up, scatterColour, compared };
}

export const useRaceViewStore = defineStore('race-view', () => {
  const panel = shallowRef<PanelId>('charts');
  const smoothing = shallowRef(0.3);
  const seeds = shallowRef<'band' | 'traces'>('band');
  /** null = as wide as the window allows. */
  const drawer = shallowRef<boolean | null>(null);
  const mode = shallowRef<'race' | 'setup'>('race');
  /** Path of the session this view belongs to. */
  const session = shallowRef<string | null>(null);
  return {
    ...axes(),
    ...cursors(),
    ...charts(),
    ...board(),
    ...scatter(),
    panel,
    smoothing,
    seeds,
    drawer,
    mode,
    session,
  };
});
