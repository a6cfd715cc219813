// The peers as a picture: for each case one line per contender, its median and quartiles on a logarithmic axis of milliseconds. Pure text.
import type { Row } from './rows.ts';

interface Timed {
  readonly title: string;
  readonly own: boolean;
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
}

const width = 960;
const left = 380;
const right = 80;
const lineHeight = 20;
const caseHead = 44;
const caseFoot = 28;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function timedRows(rows: readonly Row[]): readonly Timed[] {
  const found = rows.flatMap(({ who, title, milliseconds }): Timed[] =>
    milliseconds === null ? [] : [{ title, own: who === 'native' || who === 'wasm', ...milliseconds }],
  );
  return found.toSorted((a, b) => a.median - b.median);
}

/** Position of a time between the powers of ten that enclose all times. */
function axisOf(rows: readonly Timed[]): { readonly place: (ms: number) => number; readonly ticks: readonly number[] } {
  const from = Math.floor(Math.log10(Math.min(...rows.map(({ q1 }) => q1))));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...rows.map(({ q3 }) => q3)))));
  const place = (ms: number): number => left + ((Math.log10(ms) - from) / (to - from)) * (width - left - right);
  return { place, ticks: Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i)) };
}

function lineOf({ title, own, q1, median, q3 }: Timed, y: number, place: (ms: number) => number): string {
  const colour = own ? '#2f6fde' : '#8a8f98';
  const [start, middle, end] = [q1, median, q3].map((ms) => place(ms).toFixed(1));
  return [
    `<text x="${left - 12}" y="${y + 4}" text-anchor="end"${own ? ' font-weight="600"' : ''}>${escaped(title)}</text>`,
    `<line x1="${start}" x2="${end}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="3"/>`,
    `<circle cx="${middle}" cy="${y}" r="4.5" fill="${colour}"/>`,
    `<text x="${width - 8}" y="${y + 4}" text-anchor="end">${median >= 100 ? median.toFixed(0) : median.toPrecision(3)}</text>`,
  ].join('');
}

function caseAt(name: string, rows: readonly Timed[], top: number): string {
  const { place, ticks } = axisOf(rows);
  const bottom = top + caseHead + rows.length * lineHeight;
  const grid = ticks.map((ms) => {
    const x = place(ms).toFixed(1);
    const line = `<line x1="${x}" x2="${x}" y1="${top + caseHead - 12}" y2="${bottom}" stroke="#d5d8dd"/>`;
    return `${line}<text x="${x}" y="${bottom + 14}" text-anchor="middle" fill="#6a6f78">${ms} ms</text>`;
  });
  const lines = rows.map((row, i) => lineOf(row, top + caseHead + i * lineHeight + 4, place));
  return [
    `<text x="8" y="${top + 20}" font-size="15" font-weight="600">${escaped(name)}</text>`,
    ...grid,
    ...lines,
  ].join('\n');
}

/** All cases below each other: ours in blue, the fastest on top. */
export function plotOf(cases: readonly { readonly case: string; readonly rows: readonly Row[] }[]): string {
  let top = 0;
  const parts = cases.flatMap(({ case: name, rows }) => {
    const timed = timedRows(rows);
    if (timed.length === 0) return [];
    const part = caseAt(name, timed, top);
    top += caseHead + timed.length * lineHeight + caseFoot;
    return [part];
  });
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" width="${width}" height="${top}" font-family="system-ui, sans-serif" font-size="12">`;
  const ground = `<rect width="${width}" height="${top}" fill="#ffffff"/>`;
  return [head, ground, ...parts, '</svg>', ''].join('\n');
}
