// A scaling measurement as rows of text: times, growth, crossovers. Pure; the figures come from engine/spec/scaling-analysis.ts, which
// the page uses as well.
import type { ScalingPoint, ScalingResult, ScalingSeries } from '../engine/spec/scaling.ts';
import { crossoverOf, disagreements, ratioOf, slopeOf, stepTimes } from '../engine/spec/scaling-analysis.ts';

/** Losses of implementations of one model may differ by this much, relative. */
export const lossTolerance = 1e-3;

export const lineName = ({ model, implementation }: ScalingSeries): string => `${model} ${implementation}`;

const milliseconds = (seconds: number): string => (seconds * 1000).toPrecision(3);

/** Everything is compared with the fused GRU, or with the first line where there is none. */
export function baselineOf({ series }: ScalingResult['spec']): number {
  const fused = series.findIndex(({ model, implementation }) => model === 'gru' && implementation === 'fused');
  return Math.max(0, fused);
}

export function pointHead({ spec }: ScalingResult): readonly string[] {
  const base = spec.series[baselineOf(spec)];
  const faster = `times as fast as ${base ? lineName(base) : ''}`;
  return [spec.vary, 'model', 'median ms', 'lower quartile', 'upper quartile', 'planned MB', 'peak MB', faster, 'loss'];
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
  const mb = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : (value / 1e6).toFixed(1);
  const memory = [mb(point.memory?.total), mb(point.peakBytes)];
  const { stepSeconds, reason } = point;
  if (point.outcome !== 'measured' || stepSeconds === null) {
    return [String(point.at), name, point.outcome, '–', '–', ...memory, '–', reason ?? '–'];
  }
  const { median, q1, q3 } = stepSeconds;
  const times = [median, q1, q3].map(milliseconds);
  return [String(point.at), name, ...times, ...memory, ratio, point.loss?.toFixed(4) ?? '–'];
}

/** Growth of each line over its last three sizes: step time ~ size^exponent. */
export function growthRows(result: ScalingResult): readonly (readonly string[])[] {
  return result.spec.series.map((series, i) => {
    const slope = slopeOf(stepTimes(result, i).slice(-3));
    return [lineName(series), slope === null ? '–' : slope.toFixed(2)];
  });
}

/** Sizes at which a line meets the baseline. */
export function crossoverNotes(result: ScalingResult): readonly string[] {
  const { spec } = result;
  const base = spec.series[baselineOf(spec)];
  if (base === undefined) return [];
  return spec.series.flatMap((series, i) => {
    const meeting = crossoverOf(stepTimes(result, baselineOf(spec)), stepTimes(result, i));
    if (meeting === null) return [];
    return [`${lineName(series)} meets ${lineName(base)} near ${spec.vary} ${Math.round(meeting.at)}.`];
  });
}

export function warnings(result: ScalingResult): readonly string[] {
  return disagreements(result, lossTolerance).map(
    ({ model, at }) => `Losses of ${model} differ at ${result.spec.vary} ${at}: its times must not be compared there.`,
  );
}

const markdownTable = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => ' --- |').join('')}`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];

/** The whole measurement as a Markdown document. */
export function markdown(result: ScalingResult): string {
  const { spec, environment: env } = result;
  const kept = (['length', 'width', 'batch'] as const).filter((axis) => axis !== spec.vary);
  const shape = [...kept.map((axis) => `${axis} ${spec[axis]}`), `${spec.layers} layers`].join(', ');
  const stamp = env === null ? 'No point was measured.' : environmentLine(env);
  return [
    `# Scaling over ${spec.vary}`,
    '',
    `Whole training steps (forward, backward, update) on selective copying; ${shape}. Each point in a process of its own; ${spec.repeats} steps timed one by one after at least ${spec.warmUp} others.`,
    '',
    `![Step time over ${spec.vary}](scaling.svg)`,
    '',
    ...markdownTable(pointHead(result), pointRows(result)),
    '',
    'Growth over the last three sizes (step time ~ size^exponent):',
    '',
    ...markdownTable(['model', 'exponent'], growthRows(result)),
    '',
    ...[...crossoverNotes(result), ...warnings(result)].map((note) => `- ${note}`),
    '',
    stamp,
    '',
  ].join('\n');
}

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
