// A measurement as a table in text, for other programs. Times in seconds and bytes, not rounded. Pure.
import { english } from '../../../engine/core/say.ts';
import { csvCell } from '../../../engine/core/csv.ts';
import { memoryParts, memoryPartsOf } from '../../../engine/spec/memory-parts.ts';
import type { ScalingPoint, ScalingResult } from '../../../engine/spec/scaling.ts';
import { isDisturbed } from '../../../engine/spec/scaling-analysis.ts';

const head = [
  'model',
  'implementation',
  'vary',
  'at',
  'outcome',
  'reason',
  'step_seconds_median',
  'step_seconds_q1',
  'step_seconds_q3',
  'disturbed',
  'set_aside_seconds_median',
  'set_aside_seconds_q1',
  'set_aside_seconds_q3',
  'compile_seconds',
  'plan_bytes',
  ...memoryParts.map((part) => `plan_${part}_bytes`),
  'growth_bytes',
  'growth_counted',
  'loss',
];

function row(result: ScalingResult, point: ScalingPoint): string {
  const series = result.spec.series[point.series];
  const { stepSeconds, setAside } = point;
  const cells = [
    series?.model ?? '',
    series?.implementation ?? '',
    result.spec.vary,
    point.at,
    point.outcome,
    point.reason && english(point.reason),
    stepSeconds?.median ?? null,
    stepSeconds?.q1 ?? null,
    stepSeconds?.q3 ?? null,
    isDisturbed(point) ? 'yes' : 'no',
    setAside?.median ?? null,
    setAside?.q1 ?? null,
    setAside?.q3 ?? null,
    point.compileSeconds,
    point.memory?.total ?? null,
    ...planOf(point.memory),
    point.growth?.bytes ?? null,
    point.growth?.counted ?? null,
    point.loss,
  ];
  return cells.map(csvCell).join(',');
}

const planOf = (memory: ScalingPoint['memory']): readonly (number | null)[] =>
  memory === null ? memoryParts.map(() => null) : memoryPartsOf(memory).map(({ bytes }) => bytes);

export function scalingCsv(result: ScalingResult): string {
  return `${[head.join(','), ...result.points.map((point) => row(result, point))].join('\r\n')}\r\n`;
}

export function scalingJson(result: ScalingResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
