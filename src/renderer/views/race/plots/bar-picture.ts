// Rows of stacked bars as a picture: the same rows and tones as on the screen. Independent of metrics.
import type { ChartTheme } from '../../../charts/chart-theme.ts';
import type { ChartPicture } from '../../../charts/picture.ts';
import { fittedTo, wordsWidth } from '../../../charts/text-width.ts';
import { label, type Mark, type TextMark } from '../../../../engine/spec/scene.ts';
import { marksAsSvg } from '../../../../engine/spec/scene-svg.ts';

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

const box = (x: number, y: number, wide: number, high: number, tone: string | null, theme: ChartTheme): Mark => ({
  kind: 'bar',
  x,
  y,
  width: wide,
  height: high,
  fill: tone,
  ...(tone === null ? { pen: { colour: theme.axis } } : {}),
});

const write = (x: number, y: number, words: string, anchor: TextMark['anchor'], { text }: ChartTheme): Mark =>
  label([x, y], words, { anchor, size: 11, colour: text });

function rowOf(row: BarPicture['rows'][number], y: number, perUnit: number, theme: ChartTheme): readonly Mark[] {
  const base = y + bar - 3;
  let x = left;
  const parts = (row.parts ?? []).flatMap((part) => {
    const from = x;
    x += part.width * perUnit;
    return part.width > 0 ? [box(from, y, part.width * perUnit, bar, part.tone, theme)] : [];
  });
  const { mark } = row;
  return [
    write(left - 8, base, fittedTo(row.name, left - 16), 'end', theme),
    ...parts,
    ...(mark ? [box(left + mark.at * perUnit - 1, y - 3, 2, bar + 6, mark.tone, theme)] : []),
    ...row.cells.map((cell, at) => write(at === 0 ? width - right + 54 : width - 12, base, cell, 'end', theme)),
  ];
}

function legendOf(legend: BarPicture['legend'], y: number, theme: ChartTheme): readonly Mark[] {
  let x = 12;
  return legend.flatMap(({ text, tone, thin = false }) => {
    const from = x;
    x += 24 + wordsWidth(text);
    return [
      thin ? box(from + 3, y - 10, 2, 12, tone, theme) : box(from, y - 8, 8, 8, tone, theme),
      write(from + 12, y, text, 'start', theme),
    ];
  });
}

/** Inside a frame, which adds title and source. */
export function barPicture(picture: BarPicture, theme: ChartTheme): ChartPicture {
  const height = head + picture.rows.length * rowHeight + foot;
  const perUnit = (width - left - right) / picture.scale;
  const bottom = head + picture.rows.length * rowHeight;
  const marks = [
    ...picture.rows.flatMap((row, at) => rowOf(row, head + at * rowHeight, perUnit, theme)),
    ...picture.ticks.map(({ at, text }) => write(left + at * perUnit, bottom + 12, text, 'middle', theme)),
    ...legendOf(picture.legend, bottom + 34, theme),
  ];
  const { chart, title, unit } = picture;
  return { chart, title, unit, width, height, content: marksAsSvg(marks, theme.fontWords), legend: [] };
}

/** Tones of the screen by the names of their custom properties; null stays hatched. */
export function tonesOf(names: readonly (string | null)[]): readonly (string | null)[] {
  const style = getComputedStyle(document.documentElement);
  return names.map((name) => (name === null ? null : style.getPropertyValue(name).trim()));
}
