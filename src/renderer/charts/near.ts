// Which lines are near a place on a chart, or pass through a box: in pixels, as they are drawn. Pure.
import type { XY } from '../../engine/spec/scene.ts';
import type { PlotLine, PlotModel } from './plot-model.ts';
import type { Geometry } from './plot-view.ts';

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

type Pixels = Pick<Geometry, 'x' | 'y'>;
const isFinitePoint = ({ x, y }: XY): boolean => Number.isFinite(x) && Number.isFinite(y);

/** Whether a stretch from a to b has a point in the box (Liang and Barsky). */
export function crosses(a: XY, b: XY, { left, right, top, bottom }: Box): boolean {
  let [from, to] = [0, 1];
  const edges: readonly (readonly [number, number])[] = [
    [a.x - b.x, a.x - left],
    [b.x - a.x, right - a.x],
    [a.y - b.y, a.y - top],
    [b.y - a.y, bottom - a.y],
  ];
  for (const [slope, room] of edges) {
    if (slope === 0 && room < 0) return false;
    if (slope < 0) from = Math.max(from, room / slope);
    if (slope > 0) to = Math.min(to, room / slope);
  }
  return from <= to;
}

function passes({ line }: PlotLine, box: Box, { x, y }: Pixels): boolean {
  let before: XY | null = null;
  for (const point of line) {
    const here = isFinitePoint(point) ? { x: x(point.x), y: y(point.y) } : null;
    if (here !== null && crosses(before ?? here, here, box)) return true;
    before = here;
  }
  return false;
}

/** Lines that have a point in the box. */
export const linesIn = (model: PlotModel, box: Box, pixels: Pixels): readonly PlotLine[] =>
  model.lines.filter((line) => passes(line, box, pixels));

/** Index of the last point at or left of `position`, or -1. Called for every line at every pointer move, so nothing is copied. */
function lastBefore(points: readonly XY[], position: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.x ?? Number.NaN) <= position) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The line nearest to a place, at most `reach` pixels above or below it; the best one if several are equally near. */
export function lineNear(
  model: PlotModel,
  at: XY,
  { x, y, invertX }: Pixels & Pick<Geometry, 'invertX'>,
  reach: number,
): PlotLine | null {
  let best: PlotLine | null = null;
  let nearest = reach;
  const position = invertX(at.x);
  for (const line of model.lines) {
    const left = lastBefore(line.line, position);
    const [a, b] = [line.line[left], line.line[left + 1]];
    if (a === undefined || b === undefined || !isFinitePoint(a) || !isFinitePoint(b)) continue;
    const [from, to] = [x(a.x), x(b.x)];
    const share = to > from ? (at.x - from) / (to - from) : 0;
    const distance = Math.abs(y(a.y) + (y(b.y) - y(a.y)) * share - at.y);
    if (distance < nearest) [best, nearest] = [line, distance];
  }
  return best;
}
