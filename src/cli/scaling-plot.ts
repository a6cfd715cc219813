// Scaling measurements as one SVG picture: one row per measurement, with step time, speed-up and memory side by side, both axes
// logarithmic; disturbed points have hollow marks. Pure text; independent of pages and themes.
import type { ScalingResult, ScalingSeries } from '../engine/spec/scaling.ts';
import { isDisturbed, ratioOf, sizesBetween, stepTimes, type SizedValue } from '../engine/spec/scaling-analysis.ts';
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
};
const dashes: Readonly<Record<string, string>> = { loop: '1.5 4', scan: '7 4', 'log-scan': '12 3 2 3', vendor: '2 2' };

const colourOf = ({ model }: ScalingSeries): string => colours[model] ?? '#555555';
const dashOf = ({ implementation }: ScalingSeries): string => dashes[implementation] ?? 'none';

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

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const words = (x: number, y: number, text: string, anchor = 'start', more = 'fill="#333"'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" ${more}>${escaped(text)}</text>`;

const rule = (x1: number, y1: number, x2: number, y2: number, stroke = '#e2e2e2'): string =>
  `<path d="M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}" stroke="${stroke}"/>`;

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

function drawLine({ series, points, disturbed }: Line, x: Place, y: Place): string {
  const colour = colourOf(series);
  const places = points.map(({ at, value }) => `${x(at).toFixed(1)} ${y(value).toFixed(1)}`);
  const path = `<path d="M${places.join('L')}" fill="none" stroke="${colour}" stroke-width="1.8" stroke-dasharray="${dashOf(series)}"/>`;
  const marks = points.map(({ at, value }) => {
    const paint = disturbed?.has(at) === true ? `fill="#fff" stroke="${colour}"` : `fill="${colour}"`;
    return `<circle cx="${x(at).toFixed(1)}" cy="${y(value).toFixed(1)}" r="2.6" ${paint}/>`;
  });
  return [path, ...marks].join('');
}

function drawPanel({ title, unit, lines, guide }: Panel, { spec }: ScalingResult, atX: number, atY: number): string {
  const { width, height, left, right, top, bottom } = panel;
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
  const head = words(left, 16, title, 'start', 'fill="#111" font-weight="600"');
  const group = (inner: readonly string[]): string => `<g transform="translate(${atX} ${atY})">${inner.join('\n')}</g>`;
  if (values.length === 0) return group([head, words(left, 60, 'nothing measured')]);
  const ticks = ticksOver(guide === undefined ? values : [...values, guide]);
  const x = scale(spec.from, spec.to, left + 6, width - right - 6);
  const y = scale(ticks[0] ?? 1, ticks.at(-1) ?? 10, height - bottom, top);
  const sizes = sizesBetween(spec.from, spec.to);
  return group([
    head,
    ...ticks.flatMap((tick) => [
      rule(left, y(tick), width - right, y(tick)),
      words(left - 6, y(tick) + 4, unit(tick), 'end'),
    ]),
    ...sizes.map((at) => words(x(at), height - bottom + 16, short(at), 'middle')),
    words((left + width - right) / 2, height - 8, spec.vary, 'middle'),
    ...(guide === undefined ? [] : [rule(left, y(guide), width - right, y(guide), '#888')]),
    ...lines.filter(({ points }) => points.length > 0).map((line) => drawLine(line, x, y)),
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

function drawLegend(results: readonly ScalingResult[]): { readonly text: string; readonly height: number } {
  const names = new Map(results.flatMap(({ spec }) => spec.series.map((one) => [lineName(one), one] as const)));
  const items = [...names.entries()].map(([name, series], i) => {
    const x = 62 + (i % legend.columns) * legend.column;
    const y = 16 + Math.floor(i / legend.columns) * legend.row;
    const sample = `<path d="M${x} ${y}H${x + 30}" stroke="${colourOf(series)}" stroke-width="1.8" stroke-dasharray="${dashOf(series)}"/>`;
    return `${sample}<circle cx="${x + 15}" cy="${y}" r="2.6" fill="${colourOf(series)}"/>${words(x + 38, y + 4, name)}`;
  });
  return { text: items.join('\n'), height: 16 + Math.ceil(items.length / legend.columns) * legend.row };
}

/** Step time, speed-up and planned bytes over the varied size. Empty axes where nothing was measured. */
export function scalingPlot(results: readonly ScalingResult[]): string {
  const { text, height: above } = drawLegend(results);
  const row = heading + panel.height;
  const size = { width: 3 * panel.width, height: above + results.length * row + 6 };
  const rows = results.flatMap((result, i) => {
    const top = above + i * row;
    return [
      words(62, top + 22, shapeWords(result.spec), 'start', 'fill="#111" font-size="14"'),
      ...panelsOf(result).map((one, column) => drawPanel(one, result, column * panel.width, top + heading)),
    ];
  });
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12">`;
  return `${head}<rect width="100%" height="100%" fill="#fff"/>${text}\n${rows.join('\n')}</svg>\n`;
}
