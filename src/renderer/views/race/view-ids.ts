// Names of what the Race screen can show: panels and charts. Pure.

/** Panels above the run table. `panels.ts` decides which of them apply to a race. */
export const panelIds = ['charts', 'sweep', 'samples', 'examples'] as const;
export type PanelId = (typeof panelIds)[number];

export const chartIds = ['loss', 'accuracy', 'throughput', 'memory', 'time', 'gradient', 'rate'] as const;
export type ChartId = (typeof chartIds)[number];
/** Charts of a metric along the run; memory and the time account have one bar per variant. */
export type LineChartId = Exclude<ChartId, 'memory' | 'time'>;
export const isLineChart = (chart: ChartId): chart is LineChartId => chart !== 'memory' && chart !== 'time';

/** Pictures of the sweep, each of which can be a table as the charts can. */
const sweepIds = ['parallel', 'scatter'] as const;
export const tableIds = [...chartIds, ...sweepIds] as const;
export type TableId = (typeof tableIds)[number];

export interface XRange {
  readonly from: number;
  readonly to: number;
}
