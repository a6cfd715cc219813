// Formats positions and values of each axis and metric. Translated texts come from the caller.
import type { MetricKind, XAxis } from '../../engine/spec/metrics.ts';
import { isOfModel } from '../../engine/spec/task-metrics.ts';
import { formatMebibytes } from '../format/bytes.ts';
import { formatDuration } from '../format/durations.ts';
import { formatInt, formatLoss, formatPercent, formatSetting, formatSi, formatTick } from '../format/numbers.ts';

export const xAxes = ['step', 'tokens', 'samples', 'active', 'wall', 'flops'] as const satisfies readonly XAxis[];

/** Exact text for the cursor and tables. */
export function formatX(axis: XAxis, value: number): string {
  if (axis === 'step') return formatInt(value);
  if (axis === 'active' || axis === 'wall')
    return value >= 60 ? formatDuration(value) : formatSetting(Number(value.toPrecision(4)));
  return formatSi(value);
}

/** Axis tick of a metric; a share is shown per cent. */
export function formatMetricTick(metric: MetricKind, value: number, unit = ''): string {
  if (unit === 'share') return `${Number((value * 100).toPrecision(3))} %`;
  if (metric === 'memory/process-peak') return formatMebibytes(value);
  if (metric.startsWith('speed/')) return formatSi(value);
  return formatTick(value);
}

/** A stored value in tooltips and tables, with its unit. */
export function formatMetric(metric: MetricKind, value: number | null, unit = ''): string {
  if (value === null || !Number.isFinite(value)) return value === null ? '–' : 'NaN';
  if (unit === 'share') return `${formatPercent(value)} %`;
  if (metric === 'memory/process-peak') return formatMebibytes(value);
  if (metric === 'train/learning-rate' || isOfModel(metric)) return formatSetting(Number(value.toPrecision(4)));
  if (metric.startsWith('speed/')) return formatSi(value);
  return unit === '' ? formatLoss(value) : `${formatLoss(value)} ${unit}`;
}
