// Titles, units and values of metrics in the current language: those every run reports, and those its task declares.
import type { MetricKind } from '../../../engine/spec/metrics.ts';
import {
  isEvaluated,
  isMetricName,
  isOfModel,
  isTested,
  lossName,
  type RunMetric,
} from '../../../engine/spec/task-metrics.ts';
import { wordsIn } from '../../../protocol/told/told.ts';
import { locale, t } from '../../i18n/index.ts';
import type { ChartId } from './view-ids.ts';

type Metrics = readonly RunMetric[];

export const metricNamed = (metrics: Metrics, name: MetricKind): RunMetric | undefined =>
  metrics.find((metric) => metric.name === name);

/** Those with columns of their own: all but the loss. */
export const otherMetrics = (metrics: Metrics): Metrics => metrics.filter(({ name }) => name !== lossName);

/** Those that always have a chart of their own: a single value at the end has none. */
export const drawnMetrics = (metrics: Metrics): Metrics =>
  otherMetrics(metrics).filter(({ name }) => !isTested(name) && !isOfModel(name));

/** Those that have one when a person asks for it. */
export const furtherMetrics = (metrics: Metrics): Metrics => metrics.filter(({ name }) => isOfModel(name));

export const shortTitle = ({ short }: RunMetric): string => wordsIn(locale(), short);

/** A column's heading with its unit: `Accuracy %`, `MAE (kW)`. */
export const headingOf = (metric: RunMetric): string =>
  metric.unit === 'share'
    ? `${shortTitle(metric)} %`
    : `${shortTitle(metric)}${metric.unit === '' ? '' : ` (${metric.unit})`}`;

/** `Validation loss`, `Mean absolute error`. */
export function metricTitle(name: MetricKind, metrics: Metrics): string {
  if (!isMetricName(name) || name === lossName) return t(`race.metric.${name === lossName ? lossName : name}`);
  const metric = metricNamed(metrics, name);
  return metric === undefined ? name : wordsIn(locale(), metric.title);
}

export const chartTitle = (chart: ChartId, metrics: Metrics): string =>
  isMetricName(chart) ? metricTitle(chart, metrics) : t(`race.chart.${chart}`);

/** Under the title of a chart: the unit, and on what it is measured. */
export function chartUnit(chart: ChartId, metrics: Metrics): string {
  if (!isMetricName(chart)) return chart === 'time' ? '' : t(`race.unit.${chart}`);
  const unit = unitOf(chart, metrics);
  const where = t(isEvaluated(chart) ? 'race.heldOut' : 'race.perStep');
  return unit === '' || unit === 'share' ? where : `${unit}, ${where}`;
}

/** Of the values of a metric; the loss and what every run reports have none. */
export const unitOf = (name: MetricKind, metrics: Metrics): string =>
  name === lossName ? '' : (metricNamed(metrics, name)?.unit ?? '');

/** Whether its lowest values are the best. */
export function lowerIsBetter(name: MetricKind, metrics: Metrics): boolean {
  const metric = metricNamed(metrics, name);
  if (metric !== undefined) return metric.better === 'lower';
  return name === 'train/loss' || name === lossName || name === 'memory/process-peak';
}
