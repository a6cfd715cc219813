// From stored points to what one chart draws: smoothed and raw lines, seed bands, ranges. Pure; recomputed at each publication, so it only
// loops over arrays. Independent of colours, and of pixels except the width it thins to.
import { itemAt } from '../../engine/core/item.ts';
import type { XY } from '../../engine/spec/scene.ts';
import type { RunId, RunStatus } from '../../protocol/state.ts';
import type { Look } from '../identity/identity.ts';
import { decimate } from './decimate.ts';
import { extentOf, extentOfX, indexAt, joinExtents, lastFinite, type Extent, type Points } from './points.ts';
import { paddedRange } from './scale.ts';
import { seedBand } from './seed-band.ts';
import { calmMedian, disturbedStretches } from './speeds.ts';
import { smooth, smoothingLength } from './smoothing.ts';

export interface Trace {
  readonly run: RunId;
  readonly name: string;
  readonly status: RunStatus;
  readonly step: ArrayLike<number>;
  readonly points: Points;
  /** Steps after which a person changed a setting, with a description; absent = none. */
  readonly changes?: readonly Change[];
}

export interface Change {
  readonly step: number;
  readonly words: string;
}

export interface LineInput {
  readonly key: string;
  readonly look: Look;
  /** The whole name. */
  readonly label: string;
  /** The label at its end; null = none. */
  readonly tag: string | null;
  readonly traces: readonly Trace[];
  readonly selected: boolean;
}

export interface PlotOptions {
  readonly logX: boolean;
  readonly logY: boolean;
  /** 0..1. */
  readonly smoothing: number;
  readonly range: { readonly from: number; readonly to: number } | null;
  /** x extent of all charts that share cursor and zoom, so that one x is one place in each of them. */
  readonly common?: Extent | null;
  /** y range chosen by a person; null = all data. */
  readonly yRange: { readonly from: number; readonly to: number } | null;
  readonly fromZero: boolean;
  /** Guide values that must stay visible while data are near. */
  readonly guides: readonly number[];
  readonly columns: number;
  /** For speeds: the line is the running median of undisturbed values, and the raw line is always shown. */
  readonly speeds?: boolean;
  /** Colours show a setting, so a crowd is coloured too. */
  readonly coloured?: boolean;
}

export interface PlotLine {
  readonly key: string;
  readonly look: Look;
  readonly label: string;
  readonly tag: string | null;
  readonly status: RunStatus;
  readonly selected: boolean;
  /** False for lines of a crowd, which are drawn thin, without marks and label, until selected. */
  readonly prominent: boolean;
  /** Among many, those with a name are drawn strongly and the others faintly. */
  readonly strong: boolean;
  readonly line: readonly XY[];
  readonly raw: readonly XY[];
  readonly high: readonly XY[];
  readonly low: readonly XY[];
  /** Last finite point, where the line's ending and label are. */
  readonly end: XY | null;
  /** Step of the last finite point, for "NaN after step". */
  readonly endStep: number | null;
  /** x of points that are not finite. */
  readonly gaps: readonly number[];
  /** Points of the drawn line where a person changed a setting. */
  readonly changes: readonly { readonly at: XY; readonly words: string }[];
  /** x ranges of disturbed steps, which are left out of the line. */
  readonly disturbed: readonly Extent[];
  /** Traces of stored values for cursor and table, one per seed. */
  readonly traces: readonly Trace[];
}

export interface PlotModel {
  readonly lines: readonly PlotLine[];
  /** Number of lines in the crowd. */
  readonly crowd: number;
  /** Whether the crowd is drawn in colours. */
  readonly coloured: boolean;
  readonly x: Extent;
  readonly y: Extent;
  readonly logX: boolean;
  readonly logY: boolean;
  /** Points at or below zero that a logarithmic axis cannot show. */
  readonly hidden: number;
}

/** As many lines as there are looks can be distinguished; beyond that only the first, which are the best, and the selected ones. */
export const MOST_PROMINENT = 32;
/** Most points drawn in one chart over all lines: more than the pixels can show only cost time. */
const MOST_DRAWN = 60_000;

const identity = (value: number): number => value;

function statusOf(traces: readonly Trace[]): RunStatus {
  const order: readonly RunStatus[] = [
    'running',
    'preparing',
    'queued',
    'paused',
    'interrupted',
    'failed',
    'stopped',
    'diverged',
    'finished',
  ];
  return order.find((status) => traces.some((trace) => trace.status === status)) ?? 'queued';
}

/** Values that a logarithmic axis cannot show become gaps and are counted in the result. Without any, nothing is copied. */
function forAxis(points: Points, options: PlotOptions): { readonly points: Points; readonly hidden: number } {
  const start = options.logX ? indexAt(points.x, 0) + 1 : 0;
  let hidden = start;
  if (options.logY)
    for (let index = start; index < points.y.length; index += 1) if ((points.y[index] ?? 1) <= 0) hidden += 1;
  if (hidden === 0) return { points, hidden };
  const length = points.x.length - start;
  const x = new Float64Array(length);
  const y = new Float64Array(length);
  for (let index = 0; index < length; index += 1) {
    const value = itemAt(points.y, start + index);
    x[index] = itemAt(points.x, start + index);
    y[index] = options.logY && value <= 0 ? Number.NaN : value;
  }
  return { points: { x, y }, hidden };
}

function thin(x: ArrayLike<number>, y: ArrayLike<number>, range: Extent, options: PlotOptions): XY[] {
  const position = options.logX ? Math.log10 : identity;
  const kept = decimate(x, y, { from: range.min, to: range.max, columns: options.columns }, position);
  return kept.map((index) => ({ x: itemAt(x, index), y: itemAt(y, index) }));
}

function gapsOf(points: Points): number[] {
  const gaps: number[] = [];
  for (let index = 0; index < points.y.length && gaps.length < 200; index += 1) {
    if (!Number.isFinite(points.y[index])) gaps.push(itemAt(points.x, index));
  }
  return gaps;
}

interface Prepared {
  readonly input: LineInput;
  readonly centre: Points;
  readonly low: Float64Array | null;
  readonly high: Float64Array | null;
  readonly hidden: number;
}

function prepare(input: LineInput, options: PlotOptions): Prepared {
  const usable = input.traces
    .filter((trace) => trace.points.x.length > 0)
    .map((trace) => forAxis(trace.points, options));
  const hidden = usable.reduce((sum, one) => sum + one.hidden, 0);
  const only = usable[0]?.points;
  if (usable.length < 2) return { input, centre: only ?? { x: [], y: [] }, low: null, high: null, hidden };
  const band = seedBand(usable.map((one) => one.points));
  return { input, centre: { x: band.x, y: band.mean }, low: band.low, high: band.high, hidden };
}

interface LineSettings {
  readonly tau: number;
  readonly range: Extent;
  readonly prominent: boolean;
}

/** Each change at the last drawn point before it took effect. */
function changesOn(traces: readonly Trace[], drawn: Points): PlotLine['changes'] {
  return traces.flatMap(({ changes = [], step, points }) =>
    changes.flatMap(({ step: after, words }) => {
      const x = points.x[Math.max(0, indexAt(step, after))];
      const y = x === undefined ? undefined : drawn.y[Math.max(0, indexAt(drawn.x, x))];
      return x === undefined || y === undefined || !Number.isFinite(y) ? [] : [{ at: { x, y }, words }];
    }),
  );
}

function lineOf(prepared: Prepared, { tau, range, prominent }: LineSettings, options: PlotOptions): PlotLine {
  const { input, centre, low, high } = prepared;
  const speeds = options.speeds === true && prominent;
  const smoothed = speeds ? calmMedian(centre) : smooth(centre, tau, options.logX ? Math.log10 : identity);
  const last = lastFinite({ x: centre.x, y: smoothed });
  const x = last < 0 ? Number.NaN : itemAt(centre.x, last);
  const trace = input.traces.find((one) => one.points.x[lastFinite(one.points)] === x);
  return {
    key: input.key,
    look: input.look,
    label: input.label,
    tag: input.tag,
    status: statusOf(input.traces),
    selected: input.selected,
    prominent,
    strong: input.selected || input.tag !== null,
    line: thin(centre.x, smoothed, range, options),
    raw: (tau > 0 || speeds) && prominent ? thin(centre.x, centre.y, range, options) : [],
    high: high === null ? [] : thin(centre.x, high, range, options),
    low: low === null ? [] : thin(centre.x, low, range, options),
    end: last < 0 ? null : { x, y: itemAt(smoothed, last) },
    endStep: trace === undefined ? null : (trace.step[indexAt(trace.points.x, x)] ?? null),
    gaps: prominent ? gapsOf(centre) : [],
    changes: prominent ? changesOn(input.traces, { x: centre.x, y: smoothed }) : [],
    disturbed: speeds ? disturbedStretches(centre) : [],
    traces: input.traces,
  };
}

function yExtent(prepared: readonly Prepared[], x: Extent, options: PlotOptions): Extent | null {
  const within = ({ centre, low, high }: Prepared): Extent | null => {
    const start = Math.max(0, indexAt(centre.x, x.min));
    const end = indexAt(centre.x, x.max) + 2;
    const part = (values: ArrayLike<number>): Extent | null => extentOf(values, start, end);
    return joinExtents([part(centre.y), low && part(low), high && part(high)]);
  };
  const data = joinExtents(prepared.map(within));
  if (data === null) return null;
  const guides = options.guides.filter((guide) => !options.logY || guide > 0);
  return joinExtents([data, ...guides.map((guide) => ({ min: guide, max: guide }))]);
}

/** Everything one chart shows; `inputs` come best first. Without data the ranges are a neutral unit square. */
export function buildPlot(inputs: readonly LineInput[], options: PlotOptions): PlotModel {
  const prepared = inputs.map((input) => prepare(input, options));
  const data = joinExtents([options.common ?? null, ...prepared.map(({ centre }) => extentOfX(centre.x, false))]);
  const x = xRange(data, options);
  const position = options.logX ? Math.log10 : identity;
  const span = data === null ? 0 : position(data.max) - position(data.min);
  const tau = smoothingLength(options.smoothing, span);
  const y = options.yRange
    ? { min: options.yRange.from, max: options.yRange.to }
    : paddedRange(yExtent(prepared, x, options), { log: options.logY, fromZero: options.fromZero });
  const columns = Math.min(options.columns, Math.max(40, Math.floor(MOST_DRAWN / (4 * Math.max(1, inputs.length)))));
  const thinner = { ...options, columns };
  const lines = prepared.map((one, at) => {
    const prominent = at < MOST_PROMINENT || one.input.selected;
    return lineOf(one, { tau, range: x, prominent }, thinner);
  });
  return {
    lines,
    crowd: lines.filter(({ prominent, line }) => !prominent && line.length > 0).length,
    coloured: options.coloured ?? false,
    x,
    y,
    logX: options.logX,
    logY: options.logY,
    hidden: prepared.reduce((sum, one) => sum + one.hidden, 0),
  };
}

function xRange(data: Extent | null, options: PlotOptions): Extent {
  if (options.range !== null) return { min: options.range.from, max: options.range.to };
  if (data === null) return options.logX ? { min: 1, max: 10 } : { min: 0, max: 1 };
  if (options.logX) return data.max > data.min ? data : { min: data.min / 2, max: data.max * 2 };
  return { min: Math.min(0, data.min), max: data.max > 0 ? data.max : 1 };
}
