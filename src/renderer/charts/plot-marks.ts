// The parts of a line besides its stroke: band, markers, gaps and the symbol at its end. Works on a canvas and pixel functions.
import type { RunStatus } from '../../protocol/state.ts';
import { markerPath } from '../identity/identity.ts';
import { withOpacity } from './chart-theme.ts';
import type { PlotLine, XY } from './plot-model.ts';
import { haloText, insideX, prominent, stroke, type Geometry, type Scene } from './plot-scene.ts';
import { indexAt } from './points.ts';
import { WrittenPath } from './svg-context.ts';

const finite = ({ x, y }: XY): boolean => Number.isFinite(x) && Number.isFinite(y);

/** Fills between low and high, separately between gaps. */
export function drawBand({ context, geometry, theme }: Scene, line: PlotLine): void {
  if (line.high.length === 0) return;
  context.fillStyle = withOpacity(theme.colourOf(line.look.colour), theme.bandOpacity);
  context.beginPath();
  trace(context, geometry, line.high, false);
  trace(context, geometry, [...line.low].reverse(), true);
  context.closePath();
  context.fill();
}

function trace(context: CanvasRenderingContext2D, geometry: Geometry, points: readonly XY[], joined: boolean): void {
  let started = joined;
  for (const point of points) {
    if (!finite(point)) continue;
    if (started) context.lineTo(geometry.x(point.x), geometry.y(point.y));
    else context.moveTo(geometry.x(point.x), geometry.y(point.y));
    started = true;
  }
}

/** Markers at fixed positions across the chart, shifted from line to line, on the nearest drawn point. */
export function drawMarkers(scene: Scene, line: PlotLine, at: number): void {
  const { geometry } = scene;
  const points = line.line.filter(finite);
  const xs = points.map((point) => point.x);
  const width = geometry.right - geometry.left;
  for (let place = 0; place < 4; place += 1) {
    const pixel = geometry.left + (width * (place + 0.12 + (at % 4) * 0.2)) / 4;
    if (line.end === null || pixel > geometry.x(line.end.x) - 14) break;
    const point = points[indexAt(xs, geometry.invertX(pixel))];
    if (point !== undefined && geometry.x(point.x) > pixel - width / 8) drawMarker(scene, line, point, 3);
  }
}

function drawMarker({ context, geometry, theme }: Scene, line: PlotLine, point: XY, radius: number): void {
  const { marker } = line.look;
  const colour = theme.colourOf(line.look.colour);
  const path = new WrittenPath(markerPath(marker, radius));
  context.save();
  context.translate(geometry.x(point.x), geometry.y(point.y));
  context.fillStyle = marker === 'ring' ? theme.surface : colour;
  context.fill(path);
  if (marker === 'ring') {
    context.strokeStyle = colour;
    context.lineWidth = 1.6;
    context.stroke(path);
  }
  context.restore();
}

/** A small tick on the x axis where a stored value is not finite. */
export function drawGaps({ context, geometry, theme }: Scene, line: PlotLine): void {
  context.strokeStyle = theme.bad;
  context.lineWidth = 1.5;
  for (const gap of line.gaps) stroke(context, geometry.x(gap), geometry.bottom - 5, geometry.x(gap), geometry.bottom);
}

/** A hollow diamond on the line where a person changed a setting, with the new value. */
export function drawChanges({ context, geometry, theme }: Scene, line: PlotLine): void {
  for (const { at, words } of line.changes) {
    if (!insideX(geometry, at)) continue;
    const [x, y] = [geometry.x(at.x), geometry.y(at.y)];
    context.beginPath();
    context.moveTo(x, y - 5.5);
    context.lineTo(x + 5.5, y);
    context.lineTo(x, y + 5.5);
    context.lineTo(x - 5.5, y);
    context.closePath();
    context.fillStyle = theme.surface;
    context.fill();
    context.strokeStyle = theme.colourOf(line.look.colour);
    context.lineWidth = 1.6;
    context.stroke();
    context.font = `10px ${theme.fontWords}`;
    context.textAlign = 'left';
    haloText(context, words, x + 7, y - 6, theme.text, theme.surface);
  }
}

const stretchesOf = (scene: Scene): PlotLine['disturbed'] =>
  prominent(scene).flatMap((line) => (line.strong ? line.disturbed : []));

/** Drawn behind the lines where something else used the machine. */
export function drawDisturbed(scene: Scene): void {
  const { context, geometry, theme } = scene;
  context.fillStyle = theme.disturbed;
  for (const { min, max } of stretchesOf(scene)) {
    const left = geometry.x(min);
    const width = Math.max(2, geometry.x(max) - left);
    context.fillRect(left, geometry.top, width, geometry.bottom - geometry.top);
  }
}

/** Drawn once for all lines. */
export function drawDisturbedLabel(scene: Scene): void {
  const { context, geometry, notes, theme } = scene;
  const [first] = stretchesOf(scene).toSorted((a, b) => b.max - b.min - (a.max - a.min));
  if (first === undefined) return;
  context.font = `10px ${theme.fontWords}`;
  context.textAlign = 'left';
  const x = Math.min(geometry.x(first.min) + 4, geometry.right - context.measureText(notes.disturbed).width - 4);
  haloText(context, notes.disturbed, Math.max(geometry.left + 4, x), geometry.bottom - 6, theme.warn, theme.surface);
}

const cut: ReadonlySet<RunStatus> = new Set(['stopped', 'interrupted', 'failed']);

/** Where a line ends, and why: a cross when it diverged, two bars when it is paused, a bar when it was cut off. */
export function drawEnding(scene: Scene, line: PlotLine): void {
  const { context, geometry, theme } = scene;
  if (line.end === null || !insideX(geometry, line.end)) return;
  const x = geometry.x(line.end.x);
  const y = geometry.y(line.end.y);
  context.lineWidth = 2;
  if (line.status === 'diverged') {
    context.strokeStyle = theme.bad;
    stroke(context, x - 4, y - 4, x + 4, y + 4);
    stroke(context, x + 4, y - 4, x - 4, y + 4);
  } else if (line.status === 'paused') {
    context.fillStyle = theme.surface;
    context.beginPath();
    context.arc(x, y, 6.5, 0, 2 * Math.PI);
    context.fill();
    context.strokeStyle = theme.colourOf(line.look.colour);
    stroke(context, x - 2, y - 3.5, x - 2, y + 3.5);
    stroke(context, x + 2, y - 3.5, x + 2, y + 3.5);
  } else if (cut.has(line.status)) {
    context.lineWidth = 1.75;
    context.strokeStyle = theme.colourOf(line.look.colour);
    stroke(context, x, y - 6, x, y + 6);
  } else if (line.strong) {
    drawMarker(scene, line, line.end, 3.4);
  }
}
