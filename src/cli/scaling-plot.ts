// Scaling measurements as one SVG picture: one row per measurement, with step time, speed-up and memory side by side, both axes
// logarithmic; disturbed points have hollow marks. Pure; independent of pages and themes.
import type { ScalingResult, ScalingSeries } from '../engine/spec/scaling.ts';
import { isDisturbed, ratioOf, sizesBetween, stepTimes, type SizedValue } from '../engine/spec/scaling-analysis.ts';
import { label, rule, type Letters, type Mark, type Spot } from '../engine/spec/scene.ts';
import { svgFile } from '../engine/spec/scene-svg.ts';
import { baselineOf, lineName, shapeWords } from './scaling-report.ts';

const panel = { width: 430, height: 300, left: 62, right: 14, top: 30, bottom: 44 } as const;
const legend = { row: 20, column: 180, columns: 7 } as const;
const heading = 34;

/** Okabe and Ito's palette, safe for most forms of colour blindness: colour is the model, dash the implementation. */
const colours: Readonly<Record<string, string>> = {
  minGru: '#0072b2',
  minLstm: '#d55e00',
  gru: '#009e73',
  lstm: '#cc79a7',
  elman: '#7a7a00',
  qrnn: '#56b4e9',
  hgrn: '#444444',
  gilr: '#b8860b',
  sru: '#8b4513',
  rgLru: '#2e8b57',
  lru: '#6a3d9a',
  slru: '#b15928',
  rwkv4: '#e31a1c',
  aaren: '#1f78b4',
  hgrnComplex: '#999999',
  transformer: '#e69f00',
  mlgru: '#c51b7d',
  s4d: '#0d7f7f',
  s5: '#5c8a00',
  s6: '#b3003c',
  hyena: '#117733',
  gau: '#7f3b08',
  slstm: '#35978f',
  ode: '#a6611a',
  linearAttention: '#66a61e',
  retention: '#7570b3',
  gla: '#1b9e77',
  hgrn2: '#666666',
  mLstm: '#a6761d',
  s4: '#882255',
  h3: '#999933',
};
const dashes: Readonly<Record<string, readonly number[]>> = {
  loop: [1.5, 4],
  scan: [7, 4],
  'log-scan': [12, 3, 2, 3],
  vendor: [2, 2],
};
const ground = '#ffffff';
const ink = { text: '#333333', title: '#111111', grid: '#e2e2e2', guide: '#888888' } as const;

const colourOf = ({ model }: ScalingSeries): string => colours[model] ?? '#555555';
const dashOf = ({ implementation }: ScalingSeries): readonly number[] => dashes[implementation] ?? [];

type Place = (value: number) => number;
interface Line {
  readonly series: ScalingSeries;
  readonly points: readonly SizedValue[];
  /** Sizes at which the measurement was disturbed: hollow marks. */
  readonly disturbed?: ReadonlySet<number>;
}
interface Panel {
  readonly title: string;
  readonly unit: (value: number) => string;
  readonly lines: readonly Line[];
  /** A value drawn as a horizontal line. */
  readonly guide?: number;
}

const words = (x: number, y: number, text: string, look: Partial<Letters> = {}): Mark =>
  label([x, y], text, { colour: ink.text, ...look });

const across = (x1: number, x2: number, y: number, colour: string): Mark => rule([x1, y], [x2, y], { colour });

const dot = (at: Spot, colour: string, hollow: boolean): Mark => {
  const point = { kind: 'point', at, marker: 'circle', radius: 2.6 } as const;
  return hollow ? { ...point, fill: ground, pen: { colour } } : { ...point, fill: colour };
};

const scale =
  (low: number, high: number, from: number, to: number): Place =>
  (value) =>
    from + ((to - from) * Math.log(value / low)) / Math.log(high > low ? high / low : 2);

const short = (value: number): string =>
  value >= 1024 && value % 1024 === 0 ? `${value / 1024}k` : String(Number(value.toPrecision(3)));

/** Powers of ten over the values, or steps of 1, 2, 5 where there would be fewer than three. */
function ticksOver(values: readonly number[]): readonly number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high) + 1e-9);
  const fine = to - from < 3 ? [1, 2, 5] : [1];
  const all = Array.from({ length: to - from + 1 }, (_, i) => fine.map((factor) => factor * 10 ** (from + i))).flat();
  const first = all.findLastIndex((tick) => tick <= low);
  const last = all.findIndex((tick) => tick >= high);
  return all.slice(Math.max(0, first), last < 0 ? undefined : last + 1);
}

function drawLine({ series, points, disturbed }: Line, x: Place, y: Place): readonly Mark[] {
  const colour = colourOf(series);
  const places = points.map(({ at, value }): Spot => [x(at), y(value)]);
  const marks = points.map(({ at, value }) => dot([x(at), y(value)], colour, disturbed?.has(at) === true));
  return [{ kind: 'line', stretches: [places], pen: { colour, width: 1.8, dash: dashOf(series) } }, ...marks];
}

function drawPanel({ title, unit, lines, guide }: Panel, { spec }: ScalingResult, atX: number, atY: number): Mark {
  const { width, height, left, right, top, bottom } = panel;
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
  const head = words(left, 16, title, { weight: 600, colour: ink.title });
  const group = (marks: readonly Mark[]): Mark => ({ kind: 'group', at: [atX, atY], marks });
  if (values.length === 0) return group([head, words(left, 60, 'nothing measured')]);
  const ticks = ticksOver(guide === undefined ? values : [...values, guide]);
  const x = scale(spec.from, spec.to, left + 6, width - right - 6);
  const y = scale(ticks[0] ?? 1, ticks.at(-1) ?? 10, height - bottom, top);
  const sizes = sizesBetween(spec.from, spec.to);
  return group([
    head,
    ...ticks.flatMap((tick) => [
      across(left, width - right, y(tick), ink.grid),
      words(left - 6, y(tick) + 4, unit(tick), { anchor: 'end' }),
    ]),
    ...sizes.map((at) => words(x(at), height - bottom + 16, short(at), { anchor: 'middle' })),
    words((left + width - right) / 2, height - 8, spec.vary, { anchor: 'middle' }),
    ...(guide === undefined ? [] : [across(left, width - right, y(guide), ink.guide)]),
    ...lines.filter(({ points }) => points.length > 0).flatMap((line) => drawLine(line, x, y)),
  ]);
}

function panelsOf(result: ScalingResult): readonly Panel[] {
  const { series } = result.spec;
  const base = baselineOf(result.spec);
  const times = series.map((one, i) => {
    const disturbed = result.points.filter((point) => point.series === i && isDisturbed(point));
    return { series: one, points: stepTimes(result, i), disturbed: new Set(disturbed.map(({ at }) => at)) };
  });
  const bytes = (i: number): SizedValue[] =>
    result.points.flatMap(({ series: of, at, memory }) => (of === i && memory ? [{ at, value: memory.total }] : []));
  return [
    { title: 'Step time, ms (hollow: disturbed)', lines: times, unit: (seconds) => short(seconds * 1000) },
    {
      title: `Times as fast as ${series[base] ? lineName(series[base]) : ''}`,
      lines: times.flatMap(({ series: one, points }, i) =>
        i === base ? [] : [{ series: one, points: ratioOf(times[base]?.points ?? [], points) }],
      ),
      unit: (ratio) => `${short(ratio)}×`,
      guide: 1,
    },
    {
      title: 'Plan, MiB',
      lines: series.map((one, i) => ({ series: one, points: bytes(i) })),
      unit: (value) => short(value / 2 ** 20),
    },
  ];
}

function drawLegend(results: readonly ScalingResult[]): { readonly marks: readonly Mark[]; readonly height: number } {
  const names = new Map(results.flatMap(({ spec }) => spec.series.map((one) => [lineName(one), one] as const)));
  const marks = [...names.entries()].flatMap(([name, series], i) => {
    const x = 62 + (i % legend.columns) * legend.column;
    const y = 16 + Math.floor(i / legend.columns) * legend.row;
    const pen = { colour: colourOf(series), width: 1.8, dash: dashOf(series) };
    return [rule([x, y], [x + 30, y], pen), dot([x + 15, y], pen.colour, false), words(x + 38, y + 4, name)];
  });
  return { marks, height: 16 + Math.ceil(names.size / legend.columns) * legend.row };
}

/** Step time, speed-up and planned bytes over the varied size. Empty axes where nothing was measured. */
export function scalingPlot(results: readonly ScalingResult[]): string {
  const above = drawLegend(results);
  const row = heading + panel.height;
  const rows = results.flatMap((result, i) => {
    const top = above.height + i * row;
    return [
      words(62, top + 22, shapeWords(result.spec), { size: 14, colour: ink.title }),
      ...panelsOf(result).map((one, column) => drawPanel(one, result, column * panel.width, top + heading)),
    ];
  });
  const size = { width: 3 * panel.width, height: above.height + results.length * row + 6 };
  const picture = { ...size, ground, fonts: 'sans-serif', title: 'Scaling' };
  return `${svgFile([...above.marks, ...rows], picture)}\n`;
}
