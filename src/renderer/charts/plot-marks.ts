// The parts of a line besides its stroke: band, symbols, gaps and the sign at its end, as marks. Pure.
import { label, pointOf, rule, type Mark, type Spot, type XY } from '../../engine/spec/scene.ts';
import type { RunStatus } from '../../protocol/state.ts';
import type { PlotLine } from './plot-model.ts';
import { indexAt } from './points.ts';
import { insideX, prominent, upright, type Geometry, type PlotView } from './plot-view.ts';
import { noteWidth } from './text-width.ts';

const finite = ({ x, y }: XY): boolean => Number.isFinite(x) && Number.isFinite(y);
const spotOf = ({ x, y }: Geometry, at: XY): Spot => [x(at.x), y(at.y)];

/** The area between low and high. */
export function bandMarks({ geometry, theme }: PlotView, line: PlotLine): readonly Mark[] {
  if (line.high.length === 0) return [];
  const outline = [...line.high, ...line.low.toReversed()].filter(finite).map((at) => spotOf(geometry, at));
  return [{ kind: 'area', outline, fill: theme.colourOf(line.look.colour), opacity: theme.bandOpacity }];
}

/** Symbols at fixed positions across the chart, shifted from line to line, on the nearest drawn point. */
export function symbolMarks(view: PlotView, line: PlotLine, at: number): readonly Mark[] {
  const { geometry } = view;
  const points = line.line.filter(finite);
  const xs = points.map((point) => point.x);
  const width = geometry.right - geometry.left;
  const marks: Mark[] = [];
  for (let place = 0; place < 4; place += 1) {
    const pixel = geometry.left + (width * (place + 0.12 + (at % 4) * 0.2)) / 4;
    if (line.end === null || pixel > geometry.x(line.end.x) - 14) break;
    const point = points[indexAt(xs, geometry.invertX(pixel))];
    if (point !== undefined && geometry.x(point.x) > pixel - width / 8) marks.push(symbol(view, line, point, 3));
  }
  return marks;
}

const symbol = ({ geometry, theme }: PlotView, { look }: PlotLine, at: XY, radius: number): Mark =>
  pointOf(look, spotOf(geometry, at), radius, theme.colourOf(look.colour), theme.surface);

/** A small tick on the x axis where a stored value is not finite. */
export const gapMarks = ({ geometry, theme }: PlotView, line: PlotLine): readonly Mark[] =>
  line.gaps.map((gap) => upright(geometry.x(gap), geometry.bottom - 5, geometry.bottom, theme.bad, 1.5));

/** A hollow diamond on the line where a person changed a setting, with the new value. */
export const changeMarks = ({ geometry, theme }: PlotView, line: PlotLine): readonly Mark[] =>
  line.changes.flatMap(({ at, words }) => {
    if (!insideX(geometry, at)) return [];
    const [x, y] = spotOf(geometry, at);
    const pen = { colour: theme.colourOf(line.look.colour), width: 1.6 };
    return [
      { kind: 'point', at: [x, y], marker: 'diamond', radius: 4, fill: theme.surface, pen },
      label([x + 7, y - 6], words, { size: 10, colour: theme.text, halo: theme.surface }),
    ];
  });

const stretchesOf = (view: PlotView): PlotLine['disturbed'] =>
  prominent(view).flatMap((line) => (line.strong ? line.disturbed : []));

/** Behind the lines, where something else used the machine. */
export const disturbedMarks = (view: PlotView): readonly Mark[] =>
  stretchesOf(view).map(({ min, max }) => {
    const { x, top, bottom } = view.geometry;
    const left = x(min);
    const fill = view.theme.disturbed;
    return { kind: 'bar', x: left, y: top, width: Math.max(2, x(max) - left), height: bottom - top, fill };
  });

/** Once for all lines. */
export function disturbedLabel(view: PlotView): readonly Mark[] {
  const { geometry, notes, theme } = view;
  const [first] = stretchesOf(view).toSorted((a, b) => b.max - b.min - (a.max - a.min));
  if (first === undefined) return [];
  const x = Math.min(geometry.x(first.min) + 4, geometry.right - noteWidth(notes.disturbed) - 4);
  const at: Spot = [Math.max(geometry.left + 4, x), geometry.bottom - 6];
  return [label(at, notes.disturbed, { size: 10, colour: theme.warn, halo: theme.surface })];
}

const cut: ReadonlySet<RunStatus> = new Set(['stopped', 'interrupted', 'failed']);

/** Where a line ends, and why: a cross when it diverged, two bars when it is paused, a bar when it was cut off. */
export function endingMarks(view: PlotView, line: PlotLine): readonly Mark[] {
  const { geometry, theme } = view;
  if (line.end === null || !insideX(geometry, line.end)) return [];
  const [x, y] = spotOf(geometry, line.end);
  const colour = theme.colourOf(line.look.colour);
  if (line.status === 'diverged') {
    const pen = { colour: theme.bad, width: 2 };
    return [rule([x - 4, y - 4], [x + 4, y + 4], pen), rule([x + 4, y - 4], [x - 4, y + 4], pen)];
  }
  if (line.status === 'paused') {
    return [
      { kind: 'point', at: [x, y], marker: 'circle', radius: 6.5, fill: theme.surface },
      upright(x - 2, y - 3.5, y + 3.5, colour, 2),
      upright(x + 2, y - 3.5, y + 3.5, colour, 2),
    ];
  }
  if (cut.has(line.status)) return [upright(x, y - 6, y + 6, colour, 1.75)];
  return line.strong ? [symbol(view, line, line.end, 3.4)] : [];
}
