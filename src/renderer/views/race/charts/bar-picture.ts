// Rows of stacked bars as a picture: the same rows and tones as on the screen. Independent of metrics.
import type { ChartTheme } from '../../../charts/chart-theme.ts';
import type { ChartPicture } from '../../../charts/picture.ts';
import { SvgContext } from '../../../charts/svg-context.ts';

export interface BarPart {
  readonly width: number;
  /** CSS colour; null = hatched. */
  readonly tone: string | null;
}

export interface BarPicture {
  readonly chart: string;
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly {
    readonly name: string;
    /** Null if there is nothing to draw. */
    readonly parts: readonly BarPart[] | null;
    /** At most two figures, written at the right. */
    readonly cells: readonly string[];
    /** A line across the bar. */
    readonly mark?: { readonly at: number; readonly tone: string } | null;
  }[];
  /** Value at the right end of the bars. */
  readonly scale: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** `thin` = a mark. */
  readonly legend: readonly { readonly text: string; readonly tone: string | null; readonly thin?: boolean }[];
}

const width = 720;
const rowHeight = 24;
const left = 180;
const right = 130;
const head = 8;
const foot = 48;
const bar = 13;

interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly theme: ChartTheme;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function write(
  { context, theme }: Pen,
  text: string,
  x: number,
  y: number,
  align: CanvasTextAlign,
  most?: number,
): void {
  context.fillStyle = theme.text;
  context.textAlign = align;
  context.fillText(text, x, y, most);
}

function fill({ context, theme }: Pen, box: Box, tone: string | null): void {
  const { x, y, width: wide, height } = box;
  if (tone !== null) {
    context.fillStyle = tone;
    context.fillRect(x, y, wide, height);
    return;
  }
  context.save();
  context.beginPath();
  context.rect(x, y, wide, height);
  context.clip();
  context.strokeStyle = theme.axis;
  context.beginPath();
  for (let at = x - height; at < x + wide; at += 5) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
  context.strokeStyle = theme.axis;
  context.strokeRect(x, y, wide, height);
}

function drawRow(pen: Pen, row: BarPicture['rows'][number], y: number, perUnit: number): void {
  write(pen, row.name, left - 8, y + bar - 3, 'right', left - 16);
  let x = left;
  for (const part of row.parts ?? []) {
    fill(pen, { x, y, width: part.width * perUnit, height: bar }, part.tone);
    x += part.width * perUnit;
  }
  const { mark } = row;
  if (mark) fill(pen, { x: left + mark.at * perUnit - 1, y: y - 3, width: 2, height: bar + 6 }, mark.tone);
  const places = [width - right + 54, width - 12];
  for (const [at, cell] of row.cells.entries()) write(pen, cell, places[at] ?? 0, y + bar - 3, 'right');
}

function drawLegend(pen: Pen, legend: BarPicture['legend'], y: number): void {
  let x = 12;
  for (const { text, tone, thin = false } of legend) {
    fill(pen, thin ? { x: x + 3, y: y - 10, width: 2, height: 12 } : { x, y: y - 8, width: 8, height: 8 }, tone);
    write(pen, text, x + 12, y, 'left');
    x += 24 + pen.context.measureText(text).width;
  }
}

/** Inside a frame, which adds title and source. */
export function barPicture(picture: BarPicture, theme: ChartTheme): ChartPicture {
  const height = head + picture.rows.length * rowHeight + foot;
  const svg = new SvgContext(width, height);
  const pen: Pen = { context: svg.asCanvas, theme };
  svg.font = `11px ${theme.fontWords}`;
  const perUnit = (width - left - right) / picture.scale;
  for (const [at, row] of picture.rows.entries()) drawRow(pen, row, head + at * rowHeight, perUnit);
  const bottom = head + picture.rows.length * rowHeight;
  for (const { at, text } of picture.ticks) write(pen, text, left + at * perUnit, bottom + 12, 'center');
  drawLegend(pen, picture.legend, bottom + 34);
  const { chart, title, unit } = picture;
  return { chart, title, unit, width, height, content: svg.content, legend: [] };
}

/** Tones of the screen by the names of their custom properties; null stays hatched. */
export function tonesOf(names: readonly (string | null)[]): readonly (string | null)[] {
  const style = getComputedStyle(document.documentElement);
  return names.map((name) => (name === null ? null : style.getPropertyValue(name).trim()));
}
