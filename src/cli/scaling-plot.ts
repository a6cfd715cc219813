// A scaling measurement as a plain SVG picture, both axes logarithmic. Pure text; knows no page and no theme.
import type { ScalingResult } from '../engine/spec/scaling.ts';
import { sizesBetween, stepTimes, type SizedValue } from '../engine/spec/scaling-analysis.ts';
import { lineName } from './scaling-report.ts';

const frame = { width: 900, height: 460, left: 70, right: 200, top: 20, bottom: 50 } as const;
/** Okabe and Ito's palette, told apart by most eyes. */
const colours = ['#000000', '#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7a7a00'];

type Place = (value: number) => number;

const scale =
  (low: number, high: number, from: number, to: number): Place =>
  (value) =>
    from + ((to - from) * Math.log(value / low)) / Math.log(high > low ? high / low : 2);

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const words = (x: number, y: number, text: string, anchor = 'start', fill = '#333'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${fill}">${escaped(text)}</text>`;

const rule = (x1: number, y1: number, x2: number, y2: number): string =>
  `<path d="M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}" stroke="#ddd"/>`;

function line(points: readonly SizedValue[], x: Place, y: Place, colour: string): string {
  const places = points.map(({ at, value }) => [x(at).toFixed(1), y(value).toFixed(1)] as const);
  const dots = places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`);
  const path = places.map((place) => place.join(' ')).join('L');
  return [`<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>`, ...dots].join('');
}

/** Step time over the varied size; one line a series. Empty axes when nothing was measured. */
export function scalingPlot(result: ScalingResult): string {
  const { spec } = result;
  const { width, height, left, right, top, bottom } = frame;
  const lines = spec.series.map((_, i) => stepTimes(result, i));
  const values = lines.flatMap((points) => points.map(({ value }) => value));
  const low = 10 ** Math.floor(Math.log10(Math.min(...values, 1)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...values, 10 * low)));
  const x = scale(spec.from, spec.to, left, width - right);
  const y = scale(low, high, height - bottom, top);
  const decades = Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, i) => low * 10 ** i);
  const parts = [
    ...sizesBetween(spec.from, spec.to).flatMap((at) => [
      rule(x(at), top, x(at), height - bottom),
      words(x(at), height - bottom + 18, String(at), 'middle'),
    ]),
    ...decades.flatMap((value) => [
      rule(left, y(value), width - right, y(value)),
      words(left - 8, y(value) + 4, `${Number((value * 1000).toPrecision(3))} ms`, 'end'),
    ]),
    words((left + width - right) / 2, height - 10, spec.vary, 'middle'),
    ...lines.flatMap((points, i) => {
      const colour = colours[i % colours.length] ?? '#000';
      const label = words(
        width - right + 14,
        top + 14 + 20 * i,
        spec.series[i] ? lineName(spec.series[i]) : '',
        'start',
        colour,
      );
      return points.length === 0 ? [label] : [line(points, x, y, colour), label];
    }),
  ];
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">`;
  return `${head}<rect width="100%" height="100%" fill="#fff"/>${parts.join('\n')}</svg>\n`;
}
