// The part of the Race screen's view that an address can describe: plain data, defaults, and how each part is written and read. Pure; an
// unreadable part is null, never an error. Adding a part = one line here.
import type { MetricKind, XAxis } from '../../../../engine/spec/metrics.ts';
import { xAxes } from '../../../charts/axes.ts';
import type { Sort } from '../board/sort-order.ts';
import { summaryKinds, type SummaryKind } from '../board/summary.ts';
import {
  chartFrom,
  chartWord,
  isLineChart,
  isSweepId,
  panelIds,
  type ChartId,
  type LineChartId,
  type PanelId,
  type TableId,
  type XRange,
} from '../view-ids.ts';

export interface ViewState {
  readonly panel: PanelId;
  readonly axis: XAxis;
  readonly logX: boolean;
  readonly range: XRange | null;
  readonly yRanges: Readonly<Partial<Record<LineChartId, XRange>>>;
  /** Charts with a logarithmic vertical axis. */
  readonly logY: readonly LineChartId[];
  readonly lossMetric: MetricKind;
  readonly speedMetric: MetricKind;
  readonly extra: readonly ChartId[];
  readonly tables: readonly TableId[];
  /** The maximised chart; null = all charts. */
  readonly alone: LineChartId | null;
  readonly smoothing: number;
  readonly seeds: 'band' | 'traces';
  readonly summary: SummaryKind;
  readonly atStep: number;
  readonly ran: boolean;
  readonly sort: Sort;
  readonly filter: string;
  readonly best: number | null;
  readonly colour: string;
  readonly dash: string;
  readonly groupBy: string;
  /** Axes and colour of the scatter. */
  readonly across: string;
  readonly up: string;
  readonly scatterColour: string;
  /** The metric that is compared: its short name, or `auto`. */
  readonly compared: string;
  readonly solo: readonly string[];
  readonly selection: readonly string[];
  /** The run whose details are open. */
  readonly run: string | null;
}

export const plainView: ViewState = {
  panel: 'charts',
  axis: 'step',
  logX: false,
  range: null,
  yRanges: {},
  logY: ['loss', 'throughput', 'gradient', 'rate'],
  lossMetric: 'val/loss',
  speedMetric: 'speed/tokens',
  extra: ['time'],
  tables: [],
  alone: null,
  smoothing: 0.3,
  seeds: 'band',
  summary: 'last',
  atStep: 0,
  ran: false,
  sort: { column: 'loss', down: false },
  filter: '',
  best: null,
  colour: 'auto',
  dash: 'auto',
  groupBy: 'seeds',
  across: 'auto',
  compared: 'auto',
  up: 'auto',
  scatterColour: 'auto',
  solo: [],
  selection: [],
  run: null,
};

/** Writes a value, and parses one that may have been typed; null = not understood. */
export interface Part<T> {
  readonly write: (value: T) => string;
  readonly read: (text: string) => T | null;
}

const oneOf = <T extends string>(all: readonly T[]): Part<T> => ({
  write: (value) => value,
  read: (text) => all.find((one) => one === text) ?? null,
});
/** An empty list is written as `none`, since an empty part of an address is ignored. */
const someOf = <T>(part: Part<T>): Part<readonly T[]> => ({
  write: (values) => (values.length === 0 ? 'none' : values.map(part.write).join(',')),
  read: (text) => {
    if (text === 'none') return [];
    const found = text.split(',').map(part.read);
    return found.every((one) => one !== null) && new Set(found).size === found.length ? found : null;
  },
});
const orNone = <T>(part: Part<T>): Part<T | null> => ({
  write: (value) => (value === null ? 'none' : part.write(value)),
  read: (text) => part.read(text),
});
const LONGEST = 1000;
const words: Part<string> = { write: (value) => value, read: (text) => (text.length <= LONGEST ? text : null) };
/** Characters allowed in ids of runs and columns. */
const id: Part<string> = { write: (value) => value, read: (text) => (/^[\w.:-]{1,200}$/.test(text) ? text : null) };
const ids: Part<readonly string[]> = {
  write: (values) => (values.length === 0 ? 'none' : values.join(',')),
  read: (text) => {
    if (text === 'none') return [];
    const all = text.split(',');
    return all.length <= LONGEST && all.every((one) => id.read(one) !== null) ? all : null;
  },
};
const flag: Part<boolean> = {
  write: (on) => (on ? '1' : '0'),
  read: (text) => (text === '1' ? true : text === '0' ? false : null),
};

function numberOf(text: string): number | null {
  const value = Number(text);
  return text.trim() !== '' && Number.isFinite(value) ? value : null;
}
const number = (allows: (value: number) => boolean): Part<number> => ({
  write: (value) => String(value),
  read: (text) => {
    const value = numberOf(text);
    return value !== null && allows(value) ? value : null;
  },
});
const count = number((value) => Number.isSafeInteger(value) && value >= 0);
const range: Part<XRange> = {
  write: ({ from, to }) => `${from}~${to}`,
  read: (text) => {
    const [from, to, ...rest] = text.split('~').map(numberOf);
    return rest.length === 0 && from != null && to != null && from < to ? { from, to } : null;
  },
};
/** A chart of a metric that no task of the session has is not shown. */
const chart: Part<ChartId> = { write: chartWord, read: (text) => (text === 'none' ? null : chartFrom(text)) };
const lineChart: Part<LineChartId> = {
  write: chartWord,
  read: (text) => {
    const found = chart.read(text);
    return found !== null && isLineChart(found) ? found : null;
  },
};
const table: Part<TableId> = {
  write: (id) => (isSweepId(id) ? id : chartWord(id)),
  read: (text) => (isSweepId(text) ? text : chart.read(text)),
};
const ranges: Part<ViewState['yRanges']> = {
  write: (values) =>
    (Object.keys(values) as LineChartId[])
      .flatMap((one) => (values[one] ? [`${lineChart.write(one)}:${range.write(values[one])}`] : []))
      .join(','),
  read: (text) => {
    const pairs = text.split(',').map((part) => {
      const [name = '', ...rest] = part.split(':');
      const one = lineChart.read(name);
      const value = range.read(rest.join(':'));
      return one !== null && value !== null ? ([one, value] as const) : null;
    });
    return pairs.every((pair) => pair !== null) ? Object.fromEntries(pairs) : null;
  },
};
const sort: Part<Sort> = {
  write: ({ column, down }) => `${column},${down ? 'down' : 'up'}`,
  read: (text) => {
    const [, column, way] = /^([\w.:-]{1,200}),(up|down)$/.exec(text) ?? [];
    return column === undefined ? null : { column, down: way === 'down' };
  },
};

export const parts: { readonly [K in keyof ViewState]: Part<ViewState[K]> } = {
  panel: oneOf(panelIds),
  axis: oneOf<XAxis>(xAxes),
  logX: flag,
  range: orNone(range),
  yRanges: ranges,
  logY: someOf(lineChart),
  lossMetric: oneOf<MetricKind>(['val/loss', 'train/loss']),
  speedMetric: oneOf<MetricKind>(['speed/tokens', 'speed/steps']),
  extra: someOf(chart),
  tables: someOf(table),
  alone: orNone(lineChart),
  smoothing: number((value) => value >= 0 && value < 1),
  seeds: oneOf(['band', 'traces']),
  summary: oneOf(summaryKinds),
  atStep: count,
  ran: flag,
  sort,
  filter: words,
  best: orNone(number((value) => Number.isSafeInteger(value) && value > 0)),
  colour: id,
  dash: id,
  groupBy: id,
  across: id,
  compared: id,
  up: id,
  scatterColour: id,
  solo: ids,
  selection: ids,
  run: orNone(id),
};
