// What a chart draws besides grid and lines: bands, markers, line endings, guide lines, the shaded start and the labels at the right.
// Works on a canvas and pixel functions; knows neither Vue nor Chart.js.
import type { RunStatus } from '../../protocol/lab.ts';
import { identityOf, markerPath } from '../identity/identity.ts';
import { withOpacity, type ChartTheme } from './chart-theme.ts';
import { pushApart } from './label-layout.ts';
import { drawLines } from './plot-lines.ts';
import type { PlotLine, PlotModel, XY } from './plot-model.ts';
import { indexAt } from './points.ts';

export interface Geometry {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly invertX: (pixel: number) => number;
  readonly invertY: (pixel: number) => number;
}

export interface PlotNotes {
  readonly guides: readonly { readonly y: number; readonly label: string }[];
  readonly shade: { readonly to: number; readonly label: string } | null;
  /** Words beside the end of a line instead of its name, `NaN after step 1,150`. */
  readonly endNote: (line: PlotLine) => string | null;
  readonly xName: string;
}

export interface Scene {
  readonly context: CanvasRenderingContext2D;
  readonly geometry: Geometry;
  readonly model: PlotModel;
  readonly theme: ChartTheme;
  readonly notes: PlotNotes;
}

const LABEL_GAP = 13;
/** Labels whose points are nearer than this may cover each other. */
const LABEL_WIDTH = 90;
const finite = ({ x, y }: XY): boolean => Number.isFinite(x) && Number.isFinite(y);

/** Inside the plot area only: what lies below the lines, and the lines. */
export function drawBehind(scene: Scene): void {
  const { context, geometry, model, notes, theme } = scene;
  clipped(scene, () => {
    if (notes.shade !== null) {
      const right = Math.min(geometry.x(notes.shade.to), geometry.right);
      context.fillStyle = theme.shade;
      context.fillRect(geometry.left, geometry.top, Math.max(0, right - geometry.left), geometry.bottom - geometry.top);
    }
    for (const line of prominent(scene)) drawBand(scene, line);
    for (const line of prominent(scene)) drawPlan(scene, line);
    drawLines(scene, model.lines);
  });
}

/** Marks on the lines, guides, labels; drawn above the lines. */
export function drawAbove(scene: Scene): void {
  drawGuides(scene);
  drawShadeLabel(scene);
  drawAxisName(scene);
  clipped(scene, () => {
    for (const line of prominent(scene)) drawMarkers(scene, line);
    for (const line of prominent(scene)) drawGaps(scene, line);
  });
  for (const line of prominent(scene)) drawEnding(scene, line);
  drawLabels(scene);
}

/** Lines that are told apart, selected ones last. */
const prominent = (scene: Scene): readonly PlotLine[] =>
  scene.model.lines.filter((line) => line.prominent).sort((a, b) => Number(a.selected) - Number(b.selected));

function clipped({ context, geometry }: Scene, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(geometry.left, geometry.top - 4, geometry.right - geometry.left, geometry.bottom - geometry.top + 4);
  context.clip();
  draw();
  context.restore();
}

/** Fills between low and high, part by part between gaps. */
function drawBand({ context, geometry, theme }: Scene, line: PlotLine): void {
  if (line.high.length === 0) return;
  context.fillStyle = withOpacity(theme.runColour(line.identity), theme.bandOpacity);
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

function drawPlan({ context, geometry, theme }: Scene, line: PlotLine): void {
  if (line.plan === null || line.end === null) return;
  const y = geometry.y(line.plan);
  context.strokeStyle = theme.runColour(line.identity);
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  stroke(context, geometry.left, y, geometry.x(line.end.x), y);
  context.setLineDash([]);
}

function drawGuides({ context, geometry, notes, theme }: Scene): void {
  context.font = `10px ${theme.fontWords}`;
  for (const guide of notes.guides) {
    const y = geometry.y(guide.y);
    if (!(y >= geometry.top && y <= geometry.bottom)) continue;
    context.strokeStyle = theme.axis;
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    stroke(context, geometry.left, y, geometry.right, y);
    context.setLineDash([]);
    context.textAlign = 'right';
    haloText(context, guide.label, geometry.right, y - 4, theme.faint, theme.surface);
  }
}

function drawShadeLabel({ context, geometry, notes, theme }: Scene): void {
  if (notes.shade === null) return;
  const right = geometry.x(notes.shade.to);
  if (right <= geometry.left + 1 || right > geometry.right) return;
  context.font = `10px ${theme.fontWords}`;
  context.textAlign = 'left';
  haloText(context, notes.shade.label, right + 4, geometry.top + 9, theme.faint, theme.surface);
}

function drawAxisName({ context, geometry, notes, theme }: Scene): void {
  context.font = `10px ${theme.fontWords}`;
  context.textAlign = 'left';
  context.fillStyle = theme.faint;
  context.fillText(notes.xName, geometry.right + 20, geometry.bottom + 15);
}

/** Markers at fixed places across the chart, different for each identity, on the nearest drawn point. */
function drawMarkers(scene: Scene, line: PlotLine): void {
  const { geometry } = scene;
  const points = line.line.filter(finite);
  const xs = points.map((point) => point.x);
  const width = geometry.right - geometry.left;
  for (let place = 0; place < 4; place += 1) {
    const pixel = geometry.left + (width * (place + 0.12 + (line.identity % 4) * 0.2)) / 4;
    if (line.end === null || pixel > geometry.x(line.end.x) - 14) break;
    const point = points[indexAt(xs, geometry.invertX(pixel))];
    if (point !== undefined && geometry.x(point.x) > pixel - width / 8) drawMarker(scene, line, point, 3);
  }
}

function drawMarker({ context, geometry, theme }: Scene, line: PlotLine, point: XY, radius: number): void {
  const { marker } = identityOf(line.identity);
  const colour = theme.runColour(line.identity);
  const path = new Path2D(markerPath(marker, radius));
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
function drawGaps({ context, geometry, theme }: Scene, line: PlotLine): void {
  context.strokeStyle = theme.bad;
  context.lineWidth = 1.5;
  for (const gap of line.gaps) stroke(context, geometry.x(gap), geometry.bottom - 5, geometry.x(gap), geometry.bottom);
}

const cut: ReadonlySet<RunStatus> = new Set(['stopped', 'interrupted', 'failed']);

function drawEnding(scene: Scene, line: PlotLine): void {
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
    context.strokeStyle = theme.runColour(line.identity);
    stroke(context, x - 2, y - 3.5, x - 2, y + 3.5);
    stroke(context, x + 2, y - 3.5, x + 2, y + 3.5);
  } else if (cut.has(line.status)) {
    context.lineWidth = 1.75;
    context.strokeStyle = theme.runColour(line.identity);
    stroke(context, x, y - 6, x, y + 6);
  } else {
    drawMarker(scene, line, line.end, 3.4);
  }
}

interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

function drawLabels(scene: Scene): void {
  const { context, geometry, theme } = scene;
  context.font = `500 11px ${theme.fontWords}`;
  context.textAlign = 'left';
  const edge = geometry.left + (geometry.right - geometry.left) * 0.7;
  const all = prominent(scene).flatMap((line): Label[] => {
    if (line.end === null || !insideX(geometry, line.end)) return [];
    const y = Math.min(Math.max(geometry.y(line.end.y), geometry.top), geometry.bottom);
    return [{ text: scene.notes.endNote(line) ?? line.label, x: geometry.x(line.end.x), y }];
  });
  for (const label of apart(
    all.filter(({ x }) => x < edge),
    geometry,
  )) {
    haloText(context, label.text, label.x + 9, label.y + 3.5, theme.text, theme.surface);
  }
  drawGutter(
    scene,
    all.filter(({ x }) => x >= edge),
  );
}

/** Labels within the plot: those that end near each other are pushed apart, the others stay at their point. */
function apart(labels: readonly Label[], { top, bottom }: Geometry): readonly Label[] {
  const sorted = [...labels].sort((a, b) => a.x - b.x);
  const clusters: Label[][] = [];
  for (const label of sorted) {
    const cluster = clusters.at(-1);
    if (cluster !== undefined && label.x - (cluster[0]?.x ?? 0) < LABEL_WIDTH) cluster.push(label);
    else clusters.push([label]);
  }
  return clusters.flatMap((cluster) => {
    const heights = cluster.map(({ y }) => y);
    const placed = pushApart(heights, LABEL_GAP, top, bottom);
    return cluster.map((label, index) => ({ ...label, y: placed[index] ?? label.y }));
  });
}

/** As many labels as there is room for, pushed apart, each with a dotted leader from its line. */
function drawGutter({ context, geometry, theme }: Scene, labels: readonly Label[]): void {
  const room = Math.max(1, Math.floor((geometry.bottom - geometry.top) / LABEL_GAP) + 1);
  const shown = labels.slice(0, room);
  const placed = pushApart(
    shown.map(({ y }) => y),
    LABEL_GAP,
    geometry.top,
    geometry.bottom,
  );
  const gutter = geometry.width - geometry.right - 18;
  shown.forEach((label, index) => {
    const y = placed[index] ?? label.y;
    context.strokeStyle = theme.leader;
    context.lineWidth = 1;
    context.setLineDash([1, 2]);
    context.beginPath();
    context.moveTo(label.x + 5, label.y);
    context.lineTo(geometry.right + 4, label.y);
    context.lineTo(geometry.right + 13, y);
    context.stroke();
    context.setLineDash([]);
    haloText(context, shorten(context, label.text, gutter), geometry.right + 16, y + 3.5, theme.text, theme.surface);
  });
}

function shorten(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let end = text.length - 1;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end -= 1;
  return `${text.slice(0, end).trimEnd()}…`;
}

const insideX = (geometry: Geometry, { x }: XY): boolean => {
  const pixel = geometry.x(x);
  return pixel >= geometry.left - 1 && pixel <= geometry.right + 1;
};

function haloText(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
  halo: string,
): void {
  context.lineJoin = 'round';
  context.lineWidth = 3;
  context.strokeStyle = halo;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
}

function stroke(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
