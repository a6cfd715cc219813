// A scaling measurement as rows of text: times, growth, crossovers. Pure; the figures come from engine/spec/scaling-analysis.ts and
// scaling-crossover.ts, which the page uses as well.
import { memoryCheck } from '../engine/spec/memory-check.ts';
import { english } from '../engine/core/say.ts';
import type { ScalingPoint, ScalingResult, ScalingSeries, ScalingSpec } from '../engine/spec/scaling.ts';
import { crossoverOf, type Crossover } from '../engine/spec/scaling-crossover.ts';
import {
  disagreements,
  disturbedFrom,
  fallsInMemory,
  isDisturbed,
  lossTolerance,
  ratioOf,
  sizesBetween,
  slopeOf,
  stepTimes,
} from '../engine/spec/scaling-analysis.ts';
import { check } from './show.ts';

export const lineName = ({ model, implementation }: ScalingSeries): string => `${model} ${implementation}`;

const milliseconds = (seconds: number): string => (seconds * 1000).toPrecision(3);

/** With `~` for a disturbed point. */
const medianWords = (point: ScalingPoint, median: number): string =>
  `${isDisturbed(point) ? '~' : ''}${milliseconds(median)}`;

/** Everything is compared with the fused GRU, or without it with the first line. */
export function baselineOf({ series }: ScalingResult['spec']): number {
  const fused = series.findIndex(({ model, implementation }) => model === 'gru' && implementation === 'fused');
  return Math.max(0, fused);
}

export function pointHead({ spec }: ScalingResult): readonly string[] {
  const base = spec.series[baselineOf(spec)];
  const faster = `times as fast as ${base ? lineName(base) : ''}`;
  return [spec.vary, 'model', 'median ms', 'lower quartile', 'upper quartile', 'plan MiB', 'check', faster, 'loss'];
}

export function pointRows(result: ScalingResult): readonly (readonly string[])[] {
  const base = stepTimes(result, baselineOf(result.spec));
  return result.points.map((point) => {
    const times = stepTimes(result, point.series).filter(({ at }) => at === point.at);
    const [ratio] = ratioOf(base, times);
    return pointRow(result, point, ratio === undefined ? '–' : ratio.value.toFixed(2));
  });
}

function pointRow({ spec }: ScalingResult, point: ScalingPoint, ratio: string): readonly string[] {
  const series = spec.series[point.series];
  const name = series ? lineName(series) : '';
  const mebibytes = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : (value / 2 ** 20).toFixed(1);
  const memory = [mebibytes(point.memory?.total), check(memoryCheck(point))];
  const { stepSeconds, reason } = point;
  if (point.outcome !== 'measured' || stepSeconds === null) {
    return [String(point.at), name, point.outcome, '–', '–', ...memory, '–', reason === null ? '–' : english(reason)];
  }
  const { median, q1, q3 } = stepSeconds;
  const times = [medianWords(point, median), ...[q1, q3].map(milliseconds)];
  return [String(point.at), name, ...times, ...memory, ratio, point.loss?.toFixed(4) ?? '–'];
}

/** Lines that switch to the slab schedule at some size, so that bytes drop and the slope of the times changes. */
function pieceNotes(result: ScalingResult): readonly string[] {
  return result.spec.series.flatMap((series, i) => {
    const at = fallsInMemory(result, i);
    if (at === null) return [];
    return [
      `${lineName(series)} needs less memory from ${result.spec.vary} ${at} on: its plan takes a few samples at a time through all layers.`,
    ];
  });
}

/** Exponent of a line over its last three sizes; null with fewer than two. */
const growthOf = (result: ScalingResult, series: number): number | null => slopeOf(stepTimes(result, series).slice(-3));

/** Growth of each line over its last three sizes: step time ~ size^exponent. */
export function growthRows(result: ScalingResult): readonly (readonly string[])[] {
  return result.spec.series.map((series, i) => {
    const slope = growthOf(result, i);
    return [lineName(series), slope === null ? '–' : slope.toFixed(2)];
  });
}

export interface ScalingFigures {
  readonly against: ScalingSeries | null;
  readonly lines: readonly (ScalingSeries & {
    readonly exponent: number | null;
    /** Size at which the line crosses `against`; null unless `crossing` is clear. */
    readonly crossover: number | null;
    readonly crossing: Crossover['kind'];
    /** The sizes around a clear crossing at which the faster side is beyond doubt. */
    readonly between: readonly [number, number] | null;
    readonly disturbedAt: readonly number[];
  })[];
}

/** Everything derived from the points, with all digits, for programs. */
export function figuresOf(result: ScalingResult): ScalingFigures {
  const base = baselineOf(result.spec);
  return {
    against: result.spec.series[base] ?? null,
    lines: result.spec.series.map((series, i) => {
      const cross = crossoverOf(stepTimes(result, base), stepTimes(result, i));
      const clear = cross.kind === 'clear' ? cross : null;
      const disturbed = result.points.filter((point) => point.series === i && isDisturbed(point));
      return {
        ...series,
        exponent: growthOf(result, i),
        crossover: clear?.at ?? null,
        crossing: cross.kind,
        between: clear?.between ?? null,
        disturbedAt: disturbed.map(({ at }) => at),
      };
    }),
  };
}

/** Sizes at which a line crosses the baseline, and crossings that the measurement cannot decide. */
export function crossoverNotes(result: ScalingResult): readonly string[] {
  const { spec } = result;
  const base = spec.series[baselineOf(spec)];
  if (base === undefined) return [];
  return spec.series.flatMap((series, i) => {
    const cross = crossoverOf(stepTimes(result, baselineOf(spec)), stepTimes(result, i));
    if (cross.kind === 'none') return [];
    if (cross.kind === 'unclear') return [`${lineName(series)} and ${lineName(base)}: no clear crossing.`];
    const between = `between ${cross.between.join(' and ')}`;
    return [`${lineName(series)} meets ${lineName(base)} near ${spec.vary} ${Math.round(cross.at)} (${between}).`];
  });
}

/** A note on disturbed points and on those measured twice; empty if there are none. */
export function disturbanceNotes({ points }: ScalingResult): readonly string[] {
  const count = (words: string, holds: (point: ScalingPoint) => boolean): readonly string[] => {
    const { length } = points.filter(holds);
    return length === 0 ? [] : [`${length} of ${points.length} points ${length === 1 ? 'was' : 'were'} ${words}`];
  };
  return [
    ...count(`disturbed (~): the upper quartile is more than ${disturbedFrom} times the lower one.`, isDisturbed),
    ...count(
      'disturbed at first and measured once more; the calmer measurement counts, whichever is faster.',
      ({ setAside }) => setAside !== undefined,
    ),
  ];
}

/** One sentence per model whose implementations disagree, with the losses at the largest such size. */
export function warnings(result: ScalingResult): readonly string[] {
  const { vary, series } = result.spec;
  return [...Map.groupBy(disagreements(result, lossTolerance), ({ model }) => model)].map(([model, found]) => {
    const sizes = found.map(({ at }) => at);
    const largest = Math.max(...sizes);
    const losses = result.points.flatMap((point) => {
      const one = series[point.series];
      if (one?.model !== model || point.at !== largest || point.loss === null) return [];
      return [`${one.implementation} ${point.loss.toFixed(4)}`];
    });
    return `Losses of ${model} differ at ${vary} ${sizes.join(', ')} (at ${largest}: ${losses.join(', ')}): times there do not compare.`;
  });
}

const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => ' --- |').join('')}`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];

/** `length 128 to 4096, width 64, batch 16, 1 layer`. */
export function shapeWords(spec: ScalingSpec): string {
  const kept = (['length', 'width', 'batch'] as const).filter((axis) => axis !== spec.vary);
  const layers = `${spec.layers} ${spec.layers === 1 ? 'layer' : 'layers'}`;
  return [`${spec.vary} ${spec.from} to ${spec.to}`, ...kept.map((axis) => `${axis} ${spec[axis]}`), layers].join(', ');
}

/** Times of all lines side by side, one row per size, for comparison. */
function timeTable(result: ScalingResult): readonly string[] {
  const { series } = result.spec;
  const rows = sizesBetween(result.spec.from, result.spec.to).map((at) => [
    String(at),
    ...series.map((_, i) => {
      const point = result.points.find((one) => one.series === i && one.at === at);
      if (point === undefined) return '–';
      return point.stepSeconds === null ? point.outcome : medianWords(point, point.stepSeconds.median);
    }),
  ]);
  return markdownTable([result.spec.vary, ...series.map(lineName)], rows);
}

function section(result: ScalingResult): readonly string[] {
  const notes = [...crossoverNotes(result), ...disturbanceNotes(result), ...pieceNotes(result), ...warnings(result)];
  return [
    `## ${shapeWords(result.spec)}`,
    '',
    ...(result.state === 'finished' ? [] : [`Stopped after ${result.points.length} of ${result.planned} points.`, '']),
    'Median milliseconds of a step:',
    '',
    ...timeTable(result),
    '',
    'Growth over the last three sizes (step time ~ size^exponent):',
    '',
    ...markdownTable(['model', 'exponent'], growthRows(result)),
    '',
    ...notes.map((note) => `- ${note}`),
    '',
    'All points:',
    '',
    ...markdownTable(pointHead(result), pointRows(result)),
    '',
  ];
}

/** All measurements as a Markdown document. `verified` = the correctness gate passed before them. */
export function markdown(results: readonly ScalingResult[], verified: boolean): string {
  const [first] = results;
  const env = results.find(({ environment }) => environment !== null)?.environment ?? null;
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  const timed = first === undefined ? '' : timedWords(first.spec);
  return [
    '# Scaling',
    '',
    `Whole training steps (forward, backward, update) on selective copying. Each point in a process of its own that has the machine to itself; ${timed} Measured in ${Math.round(seconds)} s. ${verified ? '`verify` passed on the device before.' : 'Not verified before: numbers of work in progress.'}`,
    '',
    '![Step time, speed-up and planned memory](scaling.svg)',
    '',
    ...results.flatMap(section),
    `${crossingWords} ${paperWords} ${vendorWords}`,
    '',
    env === null ? 'No point was measured.' : environmentLine(env),
    '',
  ].join('\n');
}

const timedWords = ({ warmUp, repeats }: ScalingSpec): string =>
  `up to ${repeats} steps timed one by one after at least ${warmUp} others.`;

/** Explains below the notes when a crossing counts as clear. */
export const crossingWords =
  'A crossing is clear when on either side of it the quartiles of the two lines do not overlap and the faster line changes only once.';

/** Not measured here: the value in the paper's figure, and what it was compared with. */
const paperWords =
  "The paper's Figure 1 prints 175 (length 512) and 1324 (length 4096) times faster for minGRU on a T4, over a GRU that is a loop in Python; width and depth are not given. Those are not comparisons with a fused GRU.";

const vendorWords =
  "`vendor`, a library's own recurrent kernel, is there for LSTM on the device tensorflow with tfjs-node (`bench scaling --set vendor`); no such kernel computes the GRU of this program.";

function environmentLine(env: NonNullable<ScalingResult['environment']>): string {
  const facts = [
    env.started,
    `commit ${env.commit ?? 'unknown'}`,
    `Node ${env.node}`,
    env.platform,
    env.cpu,
    `${env.device} ${env.module}`,
    `${env.threads} threads`,
  ];
  return `${facts.join(' · ')}.`;
}
