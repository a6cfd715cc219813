// Rows of stacked bars on one linear scale from 0 as a picture. Pure.
import { fitted, number, sheet, text, theme, width, widthOf } from './svg.ts';

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

const hatch = `<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse"><path d="M0 5L5 0" stroke="${theme.axis}"/></pattern></defs>`;

const box = (x: number, y: number, wide: number, high: number, tone: string | null): string =>
  `<rect x="${number(x)}" y="${number(y)}" width="${number(wide)}" height="${high}" fill="${tone ?? 'url(#hatch)'}"${tone === null ? ` stroke="${theme.axis}" stroke-width="0.5"` : ''}/>`;

export function drawBars({ title, unit, parts, rows, ticks }: BarPicture, source: string): string {
  const totals = rows.map(({ values }) => (values ?? []).reduce((sum, value) => sum + value, 0));
  const scale = (width - left - right) / Math.max(1e-9, ...totals) / 1.04;
  const drawn = rows.map(({ name, values, cells }, at) => {
    const y = 8 + at * rowHeight;
    let x = left;
    const boxes = (values ?? []).map((value, part) => {
      const one = value > 0 ? box(x, y, value * scale, bar, parts[part]?.tone ?? null) : '';
      x += value * scale;
      return one;
    });
    const places = [width - right + 54, width - 12];
    const words = cells.map((cell, i) => text(places[i] ?? 0, y + bar - 3, cell, { anchor: 'end' }));
    return [text(left - 8, y + bar - 3, fitted(name, left - 16), { anchor: 'end' }), ...boxes, ...words].join('');
  });
  const bottom = 8 + rows.length * rowHeight;
  const marks = ticks.map((tick) =>
    text(left + tick.at * scale, bottom + 12, tick.text, { anchor: 'middle', size: 10, colour: theme.faint }),
  );
  let x = 12;
  const legend = parts.map(({ words, tone }) => {
    const one = box(x, bottom + 26, 8, 8, tone) + text(x + 12, bottom + 34, words);
    x += 28 + widthOf(words);
    return one;
  });
  return sheet(title, unit, source, [hatch, ...drawn, ...marks, ...legend].join(''), bottom + 44);
}
