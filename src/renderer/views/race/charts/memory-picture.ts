// The bars of training memory as a PNG: the same rows and tones as on the screen, drawn on a canvas of their own.
import type { ChartTheme } from '../../../charts/chart-theme.ts';
import { memoryParts, memoryPartsOf } from '../../../components/memory-parts.ts';
import { formatMebibytes } from '../../../format/bytes.ts';
import { formatRatio } from '../../../format/numbers.ts';
import type { MemoryBars, MemoryRow } from './memory-rows.ts';

export interface MemoryWords {
  readonly title: string;
  readonly unit: string;
  readonly parts: readonly string[];
}

const width = 720;
const rowHeight = 24;
const left = 180;
const right = 130;
const head = 40;
const foot = 48;
const bar = 13;

interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly theme: ChartTheme;
  readonly tones: readonly string[];
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

function drawRow(pen: Pen, row: MemoryRow, y: number, perByte: number): void {
  write(pen, row.name, left - 8, y + bar - 3, 'right', left - 16);
  if (row.report === null) return write(pen, '–', width - right + 54, y + bar - 3, 'right');
  let x = left;
  for (const [at, { bytes }] of memoryPartsOf(row.report).entries()) {
    pen.context.fillStyle = pen.tones[at] ?? pen.theme.text;
    pen.context.fillRect(x, y, bytes * perByte, bar);
    x += bytes * perByte;
  }
  write(pen, formatMebibytes(row.report.total), width - right + 54, y + bar - 3, 'right');
  if (row.ratio !== null) write(pen, formatRatio(row.ratio), width - 12, y + bar - 3, 'right');
}

function drawLegend(pen: Pen, words: MemoryWords, y: number): void {
  let x = left;
  for (const [at, word] of words.parts.entries()) {
    pen.context.fillStyle = pen.tones[at] ?? pen.theme.text;
    pen.context.fillRect(x, y - 8, 8, 8);
    write(pen, word, x + 12, y, 'left');
    x += 24 + pen.context.measureText(word).width;
  }
}

/** Twice the size of the screen's pixels, on the surface colour of the theme. */
export function memoryPicture(bars: MemoryBars, words: MemoryWords, theme: ChartTheme): Promise<Blob | null> {
  const height = head + bars.rows.length * rowHeight + foot;
  const canvas = document.createElement('canvas');
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  const context = canvas.getContext('2d');
  if (context === null) return Promise.resolve(null);
  const style = getComputedStyle(document.documentElement);
  const tones = memoryParts.map((_, at) => style.getPropertyValue(`--mem-${at + 1}`).trim());
  const pen: Pen = { context, theme, tones };
  context.scale(2, 2);
  context.fillStyle = theme.surface;
  context.fillRect(0, 0, width, height);
  context.font = `600 13px ${theme.fontWords}`;
  write(pen, `${words.title} · ${words.unit}`, 12, 22, 'left');
  context.font = `11px ${theme.fontWords}`;
  const perByte = (width - left - right) / bars.scale;
  for (const [at, row] of bars.rows.entries()) drawRow(pen, row, head + at * rowHeight, perByte);
  const bottom = head + bars.rows.length * rowHeight;
  for (const tick of bars.ticks) write(pen, formatMebibytes(tick), left + tick * perByte, bottom + 12, 'center');
  drawLegend(pen, words, bottom + 34);
  return new Promise((resolve) => canvas.toBlob(resolve));
}
