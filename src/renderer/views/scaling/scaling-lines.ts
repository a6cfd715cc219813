// The three charts of a measurement, from its points: step time, speed-up over a chosen line, memory. Pure except for the texts.
import type { ModelInfo } from '../../../engine/spec/catalogue.ts';
import { crossoverOf, type Crossover } from '../../../engine/spec/scaling-crossover.ts';
import {
  fallsInMemory,
  isDisturbed,
  ratioOf,
  sizesBetween,
  slopeOf,
  stepTimes,
} from '../../../engine/spec/scaling-analysis.ts';
import type { ScalingPoint, ScalingResult } from '../../../engine/spec/scaling.ts';
import type { XY } from '../../../engine/spec/scene.ts';
import { memoryCheck } from '../../../engine/spec/memory-check.ts';
import { checkText } from '../../format/memory-words.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatInt, formatRatio, formatTick } from '../../format/numbers.ts';
import { t } from '../../i18n/index.ts';
import type { ScalingChart, ScalingLine } from './scaling-plot.ts';
import { lookOf, type SeriesLook } from './series-look.ts';

/** The two points that Figure 1 of the paper prints: minGRU over a GRU as a Python loop, on a T4. */
export const paperPoints: readonly XY[] = [
  { x: 512, y: 175 },
  { x: 4096, y: 1324 },
];

export interface ChartInput {
  readonly result: ScalingResult;
  readonly models: readonly ModelInfo[];
  readonly logX: boolean;
  readonly logY: boolean;
}

/** `512`, `1 k`, `8 k`: sizes are powers of two. */
export const formatSize = (size: number): string =>
  size >= 1024 && size % 1024 === 0 ? `${size / 1024} k` : String(Number(size.toPrecision(4)));
/** Milliseconds as the table prints them. */
export const formatMs = (seconds: number): string => {
  const ms = seconds * 1e3;
  return ms >= 9.995 ? ms.toFixed(1) : ms >= 0.0995 ? ms.toFixed(2) : ms.toPrecision(2);
};

const blank = {
  note: '',
  low: [],
  high: [],
  disturbed: [],
  grown: [],
  crosses: [],
  missing: [],
  ghost: false,
} as const;
const xy = (values: readonly { readonly at: number; readonly value: number }[]): XY[] =>
  values.map(({ at, value }) => ({ x: at, y: value }));

const pointsOf = (result: ScalingResult, series: number): readonly ScalingPoint[] =>
  result.points.filter((point) => point.series === series).sort((a, b) => a.at - b.at);

export const looksOf = ({ result, models }: Pick<ChartInput, 'result' | 'models'>): readonly SeriesLook[] =>
  result.spec.series.map((series) => lookOf(models, series));

function frame({
  result,
  logX,
  logY,
}: ChartInput): Pick<ScalingChart, 'logX' | 'logY' | 'sizes' | 'formatX' | 'xName'> {
  const { vary, from, to } = result.spec;
  return { logX, logY, sizes: sizesBetween(from, to), formatX: formatSize, xName: t(`scaling.axisLower.${vary}`) };
}

/** Sizes at which the steps of a series were disturbed. */
const disturbedAt = (result: ScalingResult, series: number): readonly number[] =>
  pointsOf(result, series).flatMap((point) => (isDisturbed(point) ? [point.at] : []));

/** Skipped sizes of a series, with a short reason. */
const missingOf = (result: ScalingResult, series: number): ScalingLine['missing'] =>
  pointsOf(result, series).flatMap(({ at, outcome }) =>
    outcome === 'measured' ? [] : [{ x: at, words: t(`scaling.outcome.${outcome}`) }],
  );

function timeNote(result: ScalingResult, series: number): string {
  const missing = pointsOf(result, series).find(({ outcome }) => outcome !== 'measured');
  if (missing !== undefined && missing.outcome !== 'measured')
    return `${t(`scaling.outcome.${missing.outcome}`)}: ${formatSize(missing.at)}`;
  const slope = slopeOf(stepTimes(result, series).slice(-3));
  return slope === null ? '' : t('scaling.slope', { value: slope.toFixed(2) });
}

/** Seconds of a step with the middle half as band, slopes, and where lines cross the chosen one. */
export function timeChart(input: ChartInput, base: number): ScalingChart {
  const { result } = input;
  const lines = looksOf(input).map((look, series): ScalingLine => {
    const timed = pointsOf(result, series).flatMap(({ at, stepSeconds }) =>
      stepSeconds ? [{ at, ...stepSeconds }] : [],
    );
    return {
      ...blank,
      key: String(series),
      look,
      label: look.name,
      note: timeNote(result, series),
      points: timed.map(({ at, median }) => ({ x: at, y: median })),
      low: timed.map(({ at, q1 }) => ({ x: at, y: q1 })),
      high: timed.map(({ at, q3 }) => ({ x: at, y: q3 })),
      disturbed: disturbedAt(result, series),
      missing: missingOf(result, series),
    };
  });
  const label = (at: number): string => t('scaling.crossover', { at: formatInt(at) });
  const marks = marksOf(input, base).map(({ value, ...mark }) => ({ ...mark, y: value, label: label(mark.x) }));
  return {
    ...frame(input),
    lines,
    guides: [],
    marks,
    unitY: 1e-3,
    formatY: (seconds) => formatTick(seconds * 1e3),
    formatValue: (seconds) => `${formatMs(seconds)} ms`,
    formatSpread: formatMs,
  };
}

/** Series by index, loops last, since they are a baseline and not the model's best form. */
export const loopsLast = ({ spec }: ScalingResult): readonly number[] => {
  const isLoop = (at: number): number => Number(spec.series[at]?.implementation === 'loop');
  return spec.series.map((_, at) => at).sort((a, b) => isLoop(a) - isLoop(b) || a - b);
};

/** How each line crosses the chosen one. */
export const crossoversOf = (result: ScalingResult, base: number): readonly Crossover[] =>
  result.spec.series.map((_, series) => crossoverOf(stepTimes(result, base), stepTimes(result, series)));

/** Clear crossings with the chosen line; only the first per model, so that the chart stays readable. */
function crossings(result: ScalingResult, base: number) {
  const models = new Set<string>();
  const crossovers = crossoversOf(result, base);
  return loopsLast(result).flatMap((series) => {
    const model = result.spec.series[series]?.model ?? '';
    const cross = crossovers[series];
    if (cross?.kind !== 'clear' || models.has(model)) return [];
    models.add(model);
    return [{ series, ...cross }];
  });
}

/** The crossings as marks; the tooltip names the lines. */
function marksOf(input: ChartInput, base: number) {
  const looks = looksOf(input);
  return crossings(input.result, base).map(({ series, at, value, ...cross }) => ({
    x: at,
    value,
    colour: looks[series]?.colour ?? 'var(--text)',
    title: crossoverWords(input, base, series, { at, value, ...cross }),
  }));
}

/** Description of how a line crosses the chosen one; empty if it does not. */
export function crossoverWords(
  { result, models }: Pick<ChartInput, 'result' | 'models'>,
  base: number,
  series: number,
  cross: Crossover,
): string {
  const looks = looksOf({ result, models });
  const names = { series: looks[series]?.name ?? '', base: looks[base]?.name ?? '' };
  if (cross.kind === 'none') return '';
  if (cross.kind === 'unclear') return t('scaling.noClearCrossing', names);
  const at = `${t(`scaling.axisLower.${result.spec.vary}`)} ${formatInt(cross.at)}`;
  const [from, to] = cross.between.map(formatInt);
  return t('scaling.meets', { ...names, at, from: from ?? '', to: to ?? '' });
}

const ghostLook: SeriesLook = {
  name: '',
  title: '',
  implementation: '',
  colour: 'var(--text-3)',
  dash: 'var(--dash-plan)',
  marker: 'circle',
  hollow: true,
};

/** How many times faster than the chosen line; optionally with the paper's two points. */
export function ratioChart(input: ChartInput, base: number, paper: boolean): ScalingChart {
  const { result } = input;
  const baseTimes = stepTimes(result, base);
  const lines = looksOf(input).flatMap((look, series): ScalingLine[] => {
    if (series === base) return [];
    const ratio = ratioOf(baseTimes, stepTimes(result, series));
    const last = ratio.at(-1);
    const note = last === undefined ? '' : formatRatio(last.value);
    const missing = missingOf(result, series);
    const disturbed = [...disturbedAt(result, base), ...disturbedAt(result, series)];
    return [{ ...blank, key: String(series), look, label: look.name, note, points: xy(ratio), disturbed, missing }];
  });
  const ghost: ScalingLine = {
    ...blank,
    key: 'paper',
    look: ghostLook,
    label: t('scaling.ghost'),
    points: paperPoints,
    ghost: true,
    title: t('scaling.paperHelp'),
  };
  const marks = marksOf(input, base).map(({ x, colour, title }) => ({ x, y: 1, colour, title, label: formatInt(x) }));
  const framed = frame(input);
  const withPaper = paper && result.spec.vary === 'length';
  const sizes = [...new Set([...framed.sizes, ...(withPaper ? paperPoints.map(({ x }) => x) : [])])];
  return {
    ...framed,
    sizes: sizes.sort((a, b) => a - b),
    lines: withPaper ? [ghost, ...lines] : lines,
    guides: [{ y: 1, label: '' }],
    marks,
    unitY: 1,
    formatY: (value) => `${value >= 1000 ? formatInt(value) : formatTick(value)}×`,
    formatValue: formatRatio,
    formatSpread: formatRatio,
  };
}

/** Whether a larger size of some line is planned with fewer bytes: the plan changed its schedule there. */
export const plannedMemoryFalls = (result: ScalingResult): boolean =>
  result.spec.series.some((_, series) => fallsInMemory(result, series) !== null);

/** MiB or GiB, whichever suits the largest value better. */
export function memoryUnit(result: ScalingResult): { readonly name: string; readonly bytes: number } {
  const largest = Math.max(0, ...result.points.map((point) => point.memory?.total ?? 0));
  return largest > 8 * 2 ** 30 ? { name: 'GiB', bytes: 2 ** 30 } : { name: 'MiB', bytes: 2 ** 20 };
}

/** Planned bytes with the measured growth as a dash; a red cross where it did not fit, and the machine's free memory when the data come near. */
export function memoryChart(input: ChartInput): ScalingChart {
  const { result } = input;
  const unit = memoryUnit(result);
  const lines = looksOf(input).map((look, series): ScalingLine => {
    const known = pointsOf(result, series).flatMap((point) => {
      const bytes = point.memory?.total ?? 0;
      return bytes <= 0 ? [] : [{ x: point.at, y: bytes, missing: point.outcome === 'did-not-fit' }];
    });
    const grown = pointsOf(result, series).flatMap((point) => {
      const check = memoryCheck(point);
      return check === null
        ? []
        : [{ x: point.at, y: check.growth.bytes, words: t('memory.checkOf', { share: checkText(check) }) }];
    });
    const crosses = known.filter(({ missing }) => missing);
    const missing = missingOf(result, series);
    return { ...blank, key: String(series), look, label: look.name, points: known, grown, crosses, missing };
  });
  const guides =
    result.memoryFree > 0
      ? [{ y: result.memoryFree, label: t('scaling.free', { amount: formatBytes(result.memoryFree) }) }]
      : [];
  return {
    ...frame(input),
    lines,
    guides,
    marks: [],
    unitY: unit.bytes,
    formatY: (bytes) => formatTick(bytes / unit.bytes),
    formatValue: formatBytes,
    formatSpread: formatBytes,
  };
}
