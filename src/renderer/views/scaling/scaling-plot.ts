// A scaling chart as data and where its parts lie in pixels. Pure; knows no result, no language and no DOM.
import { pushApart } from '../../charts/label-layout.ts';
import type { XY } from '../../charts/plot-model.ts';
import { linearTicks, logTicks, paddedRange } from '../../charts/scale.ts';
import type { SeriesLook } from './series-look.ts';

export interface ScalingLine {
  readonly key: string;
  readonly look: SeriesLook;
  readonly label: string;
  /** Grey words after the label. */
  readonly note: string;
  readonly points: readonly XY[];
  readonly low: readonly XY[];
  readonly high: readonly XY[];
  /** Positions that were planned and did not fit. */
  readonly crosses: readonly XY[];
  /** Values of others, drawn as a guide. */
  readonly ghost: boolean;
}
export interface ScalingChart {
  readonly lines: readonly ScalingLine[];
  readonly guides: readonly { readonly y: number; readonly label: string }[];
  readonly marks: readonly (XY & { readonly label: string })[];
  readonly logX: boolean;
  readonly logY: boolean;
  /** Ticks at the measured sizes when there is room. */
  readonly sizes: readonly number[];
  readonly unitY: number;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  readonly formatValue: (value: number) => string;
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
  /** Without `line` the value lies above the picture. */
  readonly guides: readonly { readonly y: number; readonly label: string; readonly line: boolean }[];
  readonly labels: readonly { readonly line: ScalingLine; readonly end: XY; readonly y: number }[];
}

const AXIS_LEFT = 44;
const LABEL_GAP = 14;
const TICK_WIDTH = 34;
/** A guide further above the data than this is only named at the upper edge: the lines would be pressed flat. */
const FAR = 32;

/** Places axes, ticks and labels in a picture of `width` x `height` pixels with `gutter` pixels for labels at the right. */
export function place(chart: ScalingChart, width: number, height: number, gutter: number): Placed {
  const edges = { left: AXIS_LEFT, right: Math.max(AXIS_LEFT + 40, width - gutter), top: 14, bottom: height - 24 };
  const all = chart.lines.flatMap(({ points, low, high, crosses }) => [...points, ...low, ...high, ...crosses]);
  const highest = Math.max(...all.map(({ y }) => y).filter(Number.isFinite));
  const guides = chart.guides.map(({ y }) => y).filter((y) => y < highest * FAR);
  const rangeX = extent([...all.map(({ x }) => x), ...chart.sizes]);
  const rangeY = extent([...all.map(({ y }) => y), ...guides]);
  const spanX = paddedRange(rangeX, { log: chart.logX, air: 0.03 });
  const spanY = paddedRange(rangeY, { log: chart.logY, fromZero: true });
  const x = axis(spanX, [edges.left + 6, edges.right], chart.logX);
  const y = axis(spanY, [edges.bottom, edges.top], chart.logY);
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
  };
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

/** Every n-th of the sizes, counted from the largest, so that at most `room` are written. */
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
    bottom,
  );
  return ended.map((one, index) => ({ ...one, y: heights[index] ?? one.end.y }));
}

/** SVG path through points; empty without any. */
export function pathOf(points: readonly XY[], { x, y }: Pick<Placed, 'x' | 'y'>): string {
  return points
    .map((point, index) => `${index === 0 ? 'M' : 'L'}${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}`)
    .join('');
}

/** Closed area between the quartiles. */
export function bandOf({ low, high }: ScalingLine, placed: Pick<Placed, 'x' | 'y'>): string {
  if (low.length < 2) return '';
  return `${pathOf(high, placed)}${pathOf([...low].reverse(), placed).replace('M', 'L')}Z`;
}
