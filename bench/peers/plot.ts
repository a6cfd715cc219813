// The peers as a picture: for each case one line per contender, its median and quartiles on a logarithmic axis of milliseconds. Pure.
import { label, rule, type Letters, type Mark } from '../../src/engine/spec/scene.ts';
import { svgFile } from '../../src/engine/spec/scene-svg.ts';
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

const words = (x: number, y: number, text: string, look: Partial<Letters> = {}): Mark =>
  label([x, y], text, { colour: '#000000', ...look });

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

function lineOf({ title, own, q1, median, q3 }: Timed, y: number, place: (ms: number) => number): readonly Mark[] {
  const colour = own ? '#2f6fde' : '#8a8f98';
  return [
    words(left - 12, y + 4, title, { anchor: 'end', weight: own ? 600 : 400 }),
    rule([place(q1), y], [place(q3), y], { colour, width: 3 }),
    { kind: 'point', at: [place(median), y], marker: 'circle', radius: 4.5, fill: colour },
    words(width - 8, y + 4, median >= 100 ? median.toFixed(0) : median.toPrecision(3), { anchor: 'end' }),
  ];
}

function caseAt(name: string, rows: readonly Timed[], top: number): readonly Mark[] {
  const { place, ticks } = axisOf(rows);
  const bottom = top + caseHead + rows.length * lineHeight;
  const grid = ticks.flatMap((ms) => [
    rule([place(ms), top + caseHead - 12], [place(ms), bottom], { colour: '#d5d8dd' }),
    words(place(ms), bottom + 14, `${ms} ms`, { anchor: 'middle', colour: '#6a6f78' }),
  ]);
  const lines = rows.flatMap((row, i) => lineOf(row, top + caseHead + i * lineHeight + 4, place));
  return [words(8, top + 20, name, { size: 15, weight: 600 }), ...grid, ...lines];
}

/** All cases below each other: ours in blue, the fastest on top. */
export function plotOf(cases: readonly { readonly case: string; readonly rows: readonly Row[] }[]): string {
  let top = 0;
  const marks = cases.flatMap(({ case: name, rows }) => {
    const timed = timedRows(rows);
    if (timed.length === 0) return [];
    const part = caseAt(name, timed, top);
    top += caseHead + timed.length * lineHeight + caseFoot;
    return part;
  });
  return `${svgFile(marks, { width, height: top, ground: '#ffffff', fonts: 'system-ui, sans-serif', title: 'Peers' })}\n`;
}
