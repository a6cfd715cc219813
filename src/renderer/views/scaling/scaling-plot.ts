// A scaling chart as data and where its parts are in pixels. Pure; independent of results, languages and the DOM.
import { pushApart } from '../../../engine/spec/label-layout.ts';
import type { XY } from '../../../engine/spec/scene.ts';
import { linearTicks, logTicks, paddedRange } from '../../charts/scale.ts';
import { placeMarks, type PlacedMark } from './mark-layout.ts';
import type { SeriesLook } from './series-look.ts';

export interface ScalingLine {
  readonly key: string;
  readonly look: SeriesLook;
  readonly label: string;
  /** Grey text after the label. */
  readonly note: string;
  readonly points: readonly XY[];
  readonly low: readonly XY[];
  readonly high: readonly XY[];
  /** Sizes at which something else disturbed the steps: their marks are pale. */
  readonly disturbed: readonly number[];
  /** What was measured of a planned value, as a dash across the line, and in words. */
  readonly grown: readonly (XY & { readonly words: string })[];
  /** Points that were planned and did not fit. */
  readonly crosses: readonly XY[];
  /** Sizes without a value, with a short reason. */
  readonly missing: readonly { readonly x: number; readonly words: string }[];
  /** Values of others, drawn as a guide. */
  readonly ghost: boolean;
  /** Tooltip of the label. */
  readonly title?: string;
}
export interface ScalingChart {
  readonly lines: readonly ScalingLine[];
  readonly guides: readonly { readonly y: number; readonly label: string }[];
  /** Where a line meets the compared one; in that line's colour. */
  readonly marks: readonly (XY & { readonly label: string; readonly title: string; readonly colour: string })[];
  readonly logX: boolean;
  readonly logY: boolean;
  /** Ticks at the measured sizes when there is room. */
  readonly sizes: readonly number[];
  readonly unitY: number;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  readonly formatValue: (value: number) => string;
  /** The same without its unit. */
  readonly formatSpread: (value: number) => string;
  readonly xName: string;
}

export interface Placed {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly ticksX: readonly number[];
  readonly ticksY: readonly number[];
  /** Without `line` the value is above the visible range. */
  readonly guides: readonly { readonly y: number; readonly label: string; readonly line: boolean }[];
  readonly labels: readonly { readonly line: ScalingLine; readonly end: XY; readonly y: number }[];
  readonly marks: readonly PlacedMark<ScalingChart['marks'][number]>[];
}

const AXIS_LEFT = 48;
const LABEL_GAP = 14;
const TICK_WIDTH = 34;
const WHISKER = 6;
const GROWN = 14;
/** Between the plot and the first letter of a label, leader included; and after the last one. */
const LABEL_START = 16;
const LABEL_END = 10;
/** A guide further above the data than this is only named at the upper edge, since the lines would be flattened otherwise. */
const FAR = 32;

/** Places axes, ticks and labels in a picture of `width` x `height` pixels with `gutter` pixels for labels at the right. */
export function place(chart: ScalingChart, width: number, height: number, gutter: number): Placed {
  const edges = { left: AXIS_LEFT, right: Math.max(AXIS_LEFT + 40, width - gutter), top: 14, bottom: height - 24 };
  const all = chart.lines.flatMap(({ points, low, high, crosses, grown }) =>
    [points, low, high, crosses, grown].flat(),
  );
  const highest = Math.max(...all.map(({ y }) => y).filter(Number.isFinite));
  const guides = chart.guides.map(({ y }) => y).filter((y) => y < highest * FAR);
  const rangeX = extent([...all.map(({ x }) => x), ...chart.sizes]);
  const rangeY = extent([...all.map(({ y }) => y), ...guides]);
  const spanX = paddedRange(rangeX, { log: chart.logX, air: 0.03 });
  const spanY = paddedRange(rangeY, { log: chart.logY, fromZero: true });
  const x = axis(spanX, [edges.left + 6, edges.right], chart.logX);
  const y = axis(spanY, [edges.bottom, edges.top], chart.logY);
  const toPixel = (point: XY): XY => ({ x: x(point.x), y: y(point.y) });
  const pixels = chart.lines.map(({ points }) => points.map(toPixel));
  const room = Math.max(2, Math.floor((edges.right - edges.left) / TICK_WIDTH));
  const count = edges.bottom - edges.top < 150 ? 3 : 5;
  const [lowY, highY] = [spanY.min / chart.unitY, spanY.max / chart.unitY];
  const ticksY = chart.logY ? logTicks(lowY, highY, count) : linearTicks(lowY, highY, count);
  const ticksX = chart.logX ? thinned(chart.sizes, room) : linearTicks(spanX.min, spanX.max, Math.min(6, room));
  return {
    ...edges,
    x,
    y,
    ticksX: ticksX.filter((tick) => tick >= spanX.min && tick <= spanX.max),
    ticksY: ticksY.map((tick) => tick * chart.unitY),
    guides: chart.guides.map((guide) => {
      const line = guide.y <= spanY.max;
      return line ? { ...guide, y: y(guide.y), line } : { y: edges.top, label: `↑ ${guide.label}`, line };
    }),
    labels: labelsOf(chart, x, y, edges),
    marks: placeMarks(chart.marks, pixels, toPixel, edges),
  };
}

export interface Gutter {
  /** Pixels at the right that hold every label. */
  readonly width: number;
  /** Whether the notes beside the labels fit as well. */
  readonly notes: boolean;
}

/** `measure` = width of a label and its note. Labels take at most `share` of the picture; notes are left out first. */
export function gutterOf(
  chart: ScalingChart,
  width: number,
  measure: (label: string, note: string) => number,
  share = 0.42,
): Gutter {
  const room = (notes: boolean): number => {
    const widths = chart.lines.map(({ label, note }) => measure(label, notes ? note : ''));
    return Math.ceil(LABEL_START + Math.max(measure(chart.xName, ''), ...widths) + LABEL_END);
  };
  const [all, bare] = [room(true), room(false)];
  return all <= width * share ? { width: all, notes: true } : { width: Math.min(bare, width * share), notes: false };
}

/** The measured size nearest to a place in the picture; null where nothing was measured. */
export function sizeAt(chart: ScalingChart, pixel: number, { x }: Pick<Placed, 'x'>): number | null {
  const sizes = sizesOf(chart);
  const nearest = Math.min(...sizes.map((size) => Math.abs(x(size) - pixel)));
  return sizes.find((size) => Math.abs(x(size) - pixel) === nearest) ?? null;
}

/** Every size with something to read, growing. */
export function sizesOf({ lines }: Pick<ScalingChart, 'lines'>): readonly number[] {
  const all = lines.filter(({ ghost }) => !ghost).flatMap(({ points, missing }) => [...points, ...missing]);
  return [...new Set(all.map(({ x }) => x))].sort((a, b) => a - b);
}

export interface TipRow {
  readonly key: string;
  readonly look: SeriesLook;
  readonly label: string;
  /** The value with half its middle half or the check of a plan, or why there is none. */
  readonly value: string | null;
  readonly spread: string;
  readonly missing: string;
}

/** The results at one size, highest first as in the picture; lines without a value last. */
export function tipRows(chart: ScalingChart, at: number): readonly TipRow[] {
  const here = (points: readonly XY[]): number | null => points.find(({ x }) => x === at)?.y ?? null;
  const rows = chart.lines.flatMap((line) => {
    const y = here(line.points);
    if (line.ghost && y === null) return [];
    const [low, high] = [here(line.low), here(line.high)];
    const missing = line.missing.find(({ x }) => x === at)?.words ?? '–';
    const about = line.disturbed.includes(at) ? '~' : '';
    const half = low === null || high === null ? null : (high - low) / 2;
    const spread = half === null ? '' : `±${chart.formatSpread(half)}`;
    return [{ line, y, about, missing, spread: line.grown.find(({ x }) => x === at)?.words ?? spread }];
  });
  rows.sort((a, b) => (b.y ?? -Infinity) - (a.y ?? -Infinity));
  return rows.map(({ line, y, about, missing, spread }) => ({
    key: line.key,
    look: line.look,
    label: line.label,
    value: y === null ? null : `${about}${chart.formatValue(y)}`,
    spread,
    missing,
  }));
}

function extent(values: readonly number[]): { readonly min: number; readonly max: number } | null {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? null : { min: Math.min(...finite), max: Math.max(...finite) };
}

function axis(
  span: { readonly min: number; readonly max: number },
  [from, to]: readonly [number, number],
  log: boolean,
): (value: number) => number {
  const position = (value: number): number => (log ? Math.log10(value) : value);
  const [low, high] = [position(span.min), position(span.max)];
  return (value) => from + ((position(value) - low) / (high - low)) * (to - from);
}

/** Every n-th of the sizes, counted from the largest, so that at most `room` are labelled. */
function thinned(sizes: readonly number[], room: number): readonly number[] {
  const every = Math.max(1, Math.ceil(sizes.length / room));
  return sizes.filter((_, index) => (sizes.length - 1 - index) % every === 0);
}

function labelsOf(
  chart: ScalingChart,
  x: (value: number) => number,
  y: (value: number) => number,
  { top, bottom }: { readonly top: number; readonly bottom: number },
): Placed['labels'] {
  const ended = chart.lines.flatMap((line) => {
    const last = [...line.points, ...line.crosses].sort((a, b) => a.x - b.x).at(-1);
    return last === undefined ? [] : [{ line, end: { x: x(last.x), y: y(last.y) } }];
  });
  const heights = pushApart(
    ended.map(({ end }) => end.y),
    LABEL_GAP,
    top,
    bottom - LABEL_GAP / 2,
  );
  return ended.map((one, index) => ({ ...one, y: heights[index] ?? one.end.y }));
}

/** SVG path through points; empty without any. */
export function pathOf(points: readonly XY[], { x, y }: Pick<Placed, 'x' | 'y'>): string {
  return points
    .map((point, index) => `${index === 0 ? 'M' : 'L'}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`)
    .join('');
}

/** A short horizontal stroke at each measured growth. */
export const grownOf = ({ grown }: ScalingLine, { x, y }: Pick<Placed, 'x' | 'y'>): string =>
  grown.map((one) => `M${(x(one.x) - GROWN / 2).toFixed(1)} ${y(one.y).toFixed(1)}h${GROWN}`).join('');

/** A vertical stroke with caps from quartile to quartile at each disturbed size; empty where there are no quartiles. */
export function whiskersOf({ low, high, disturbed }: ScalingLine, { x, y }: Pick<Placed, 'x' | 'y'>): string {
  return low
    .filter((point) => disturbed.includes(point.x))
    .map((bottom) => {
      const top = high.find((point) => point.x === bottom.x) ?? bottom;
      const left = (x(bottom.x) - WHISKER / 2).toFixed(1);
      const [from, to] = [y(bottom.y).toFixed(1), y(top.y).toFixed(1)];
      return `M${left} ${from}h${WHISKER}M${left} ${to}h${WHISKER}M${x(bottom.x).toFixed(1)} ${from}V${to}`;
    })
    .join('');
}

/** Closed area between the quartiles. */
export function bandOf({ low, high }: ScalingLine, placed: Pick<Placed, 'x' | 'y'>): string {
  if (low.length < 2) return '';
  return `${pathOf(high, placed)}${pathOf([...low].reverse(), placed).replace('M', 'L')}Z`;
}
