// Rows of stacked bars on one linear scale from 0 as a picture. Pure.
import type { Mark } from '../../../engine/spec/scene.ts';
import { fitted, sheet, text, theme, width, widthOf } from './sheet.ts';

export interface BarPart {
  readonly words: string;
  /** Null = hatched. */
  readonly tone: string | null;
}

export interface BarPicture {
  readonly title: string;
  readonly unit: string;
  readonly parts: readonly BarPart[];
  readonly rows: readonly {
    readonly name: string;
    /** One value per part; null if there is nothing to draw. */
    readonly values: readonly number[] | null;
    /** At most two figures, written at the right. */
    readonly cells: readonly string[];
  }[];
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

const left = 180;
const right = 130;
const rowHeight = 24;
const bar = 13;

const box = (x: number, y: number, wide: number, high: number, tone: string | null): Mark => ({
  kind: 'bar',
  x,
  y,
  width: wide,
  height: high,
  fill: tone,
  ...(tone === null ? { pen: { colour: theme.axis } } : {}),
});

export function drawBars({ title, unit, parts, rows, ticks }: BarPicture, source: string): string {
  const totals = rows.map(({ values }) => (values ?? []).reduce((sum, value) => sum + value, 0));
  const scale = (width - left - right) / Math.max(1e-9, ...totals) / 1.04;
  const drawn = rows.flatMap(({ name, values, cells }, at): readonly Mark[] => {
    const y = 8 + at * rowHeight;
    let x = left;
    const boxes = (values ?? []).flatMap((value, part) => {
      const from = x;
      x += value * scale;
      return value > 0 ? [box(from, y, value * scale, bar, parts[part]?.tone ?? null)] : [];
    });
    const words = cells.map((cell, i) =>
      text(i === 0 ? width - right + 54 : width - 12, y + bar - 3, cell, { anchor: 'end' }),
    );
    return [text(left - 8, y + bar - 3, fitted(name, left - 16), { anchor: 'end' }), ...boxes, ...words];
  });
  const bottom = 8 + rows.length * rowHeight;
  const marks = ticks.map((tick) =>
    text(left + tick.at * scale, bottom + 12, tick.text, { anchor: 'middle', size: 10, colour: theme.faint }),
  );
  let x = 12;
  const legend = parts.flatMap(({ words, tone }) => {
    const one = [box(x, bottom + 26, 8, 8, tone), text(x + 12, bottom + 34, words)];
    x += 28 + widthOf(words);
    return one;
  });
  return sheet(title, unit, source, [...drawn, ...marks, ...legend], bottom + 44);
}
