// Names of what the Race screen can show: panels and charts. Pure.

import { isMetricName, metricId, metricOfId, type MetricName } from '../../../engine/spec/task-metrics.ts';

/** Panels above the run table. `panels.ts` decides which of them apply to a race. */
export const panelIds = ['charts', 'compare', 'sweep', 'samples', 'examples'] as const;
export type PanelId = (typeof panelIds)[number];

/** Charts of every race; the other metrics of its tasks follow the loss. */
export const fixedCharts = ['loss', 'throughput', 'memory', 'time', 'gradient', 'rate'] as const;
/** Shown only when a person asks for them. */
export const furtherCharts = fixedCharts.slice(3);
/** A metric's chart has its name. */
export type ChartId = (typeof fixedCharts)[number] | MetricName;
/** Charts of a metric along the run; memory and the time account have one bar per variant. */
export type LineChartId = Exclude<ChartId, 'memory' | 'time'>;
export const isLineChart = (chart: ChartId): chart is LineChartId => chart !== 'memory' && chart !== 'time';

/** Pictures of the sweep, each of which can be a table as the charts can. */
const sweepIds = ['parallel', 'scatter'] as const;
export type TableId = ChartId | (typeof sweepIds)[number];
export const isSweepId = (text: string): text is (typeof sweepIds)[number] => sweepIds.some((one) => one === text);

/** As an address has it: `accuracy`. */
export const chartWord = (chart: ChartId): string => (isMetricName(chart) ? metricId(chart) : chart);
/** Null = cannot be a chart. */
export function chartFrom(word: string): ChartId | null {
  const name = metricOfId(word);
  return fixedCharts.find((one) => one === word) ?? (isMetricName(name) && !isSweepId(word) ? name : null);
}

export interface XRange {
  readonly from: number;
  readonly to: number;
}
