// How a task is judged on its held-out data, and what a model tells of its steps: metrics by name, with their levels. Whatever stores, draws,
// sorts or exports results goes by this and knows no metric itself. Pure.
import { say, verbatim, type Message } from '../core/say.ts';
import { isEvaluated, lossName, type MetricName } from './metric-names.ts';

export {
  isEvaluated,
  isMetricName,
  isOfModel,
  isTested,
  lossName,
  metricId,
  metricOfId,
  partOfLoss,
  type MetricName,
  type ModelMetricName,
} from './metric-names.ts';

/** A quantity that devices sum over the answers that count. */
export type Measured = 'cross-entropy' | 'squared-error' | 'absolute-error' | 'hits';

/** How a metric is read. */
export interface MetricLook {
  readonly name: MetricName;
  readonly title: Message;
  /** For headings of narrow columns. */
  readonly short: Message;
  readonly better: 'lower' | 'higher';
  /** `share` = from 0 to 1, shown per cent; `nats`; the unit of the data; empty = none. */
  readonly unit: string;
}

/** A sum of one of the answers of a task. */
export interface Counted {
  readonly of: Measured;
  /** The name of the answer; absent = the first. */
  readonly target?: string;
}

export interface TaskMetric extends MetricLook, Counted {
  /** Made of a sum over the answers that count and their number, both exact. Absent = their mean. */
  readonly aggregation?: Explained;
  /** What 1 is in the unit, where a network answers in scaled values; absent = 1. */
  readonly scale?: number;
  /** What a diverged run counts as, where there is a worst value: the level of guesses, or a number. Absent = none, as with losses. */
  readonly diverged?: 'chance' | number;
  /** Means of further answers, each over those that count there, added with these weights. */
  readonly plus?: readonly (Counted & { readonly weight: number })[];
}

/** The part of the answers' variance that a network explains: 1 less its mean squared error over the variance. */
interface Explained {
  readonly kind: 'explained';
  readonly variance: number;
}

/** Values of metrics by their names; a metric that has no such value is absent. */
export type MetricLevels = Readonly<Record<MetricName, number>>;

/** Of guesses that read nothing, on the held-out data. */
export interface ChanceLevels {
  /** The best constant answer. */
  readonly constant: MetricLevels;
  /** The best answer by size and position alone, where it beats the constant one. */
  readonly blind: MetricLevels | null;
}

/** Of metrics by their names, the best value of a run and the step of that evaluation. */
export type Bests = Readonly<Partial<Record<MetricName, { readonly step: number; readonly value: number }>>>;

/** A metric of a run, with the levels its values are compared with; null = none. */
export interface RunMetric extends MetricLook {
  readonly chance: number | null;
  readonly blind: number | null;
  /** The value that counts as solved. */
  readonly solved: number | null;
  /** Whether seeds come in two heaps, solved and not (Task.canFail); absent = no, and in older sessions. */
  readonly canFail?: true;
  /** What a diverged run counts as; absent = no worst value, and in older sessions. */
  readonly worst?: number;
}

/** The first metric of every task, without what it sums. */
export const lossMetric = { name: lossName, title: say`Validation loss`, short: say`Loss`, better: 'lower' } as const;

export const accuracyLook: MetricLook = {
  name: 'val/accuracy',
  title: say`Accuracy`,
  short: say`Accuracy`,
  better: 'higher',
  unit: 'share',
};

/** Metrics for answers that are classes. */
export const classMetrics: readonly TaskMetric[] = [
  { ...lossMetric, unit: 'nats', of: 'cross-entropy' },
  { ...accuracyLook, of: 'hits', diverged: 'chance' },
];

interface Values {
  /** Of the answers as a network gives them. */
  readonly variance: number;
  /** Of the data; empty = none. */
  readonly unit?: string;
  /** What 1 is in this unit; absent = 1. */
  readonly scale?: number;
}

/** Metrics for answers that are values. The loss is that of the values as a network gives them. */
export const valueMetrics = ({ variance, unit = '', scale = 1 }: Values): readonly TaskMetric[] => [
  { ...lossMetric, unit: unit === '' || scale !== 1 ? '' : `${unit}²`, of: 'squared-error' },
  {
    name: 'val/absolute-error',
    title: say`Mean absolute error`,
    short: verbatim('MAE'),
    better: 'lower',
    unit,
    of: 'absolute-error',
    ...(scale === 1 ? {} : { scale }),
  },
  {
    name: 'val/explained-variance',
    title: say`Explained variance`,
    short: verbatim('R²'),
    better: 'higher',
    unit: '',
    of: 'squared-error',
    aggregation: { kind: 'explained', variance },
  },
];

/** Levels of tasks whose answers are classes. */
export const classLevels = ({
  loss,
  accuracy,
}: {
  readonly loss: number;
  readonly accuracy: number;
}): MetricLevels => ({
  [lossName]: loss,
  [accuracyLook.name]: accuracy,
});

/** The value of a metric from the means over the whole held-out data. */
export function aggregated(metric: TaskMetric, meanOf: (counted: Counted) => number): number {
  const { aggregation, scale = 1, plus = [] } = metric;
  const mean = meanOf(metric);
  const own = aggregation === undefined ? scale * mean : 1 - mean / aggregation.variance;
  return plus.reduce((sum, part) => sum + part.weight * meanOf(part), own);
}

/** A value as people read it: a share per cent. */
export const inUnit = ({ unit }: Pick<MetricLook, 'unit'>, value: number): number =>
  unit === 'share' ? 100 * value : value;

/** What stands behind such a value; losses are read without. */
export const unitMark = ({ unit }: Pick<MetricLook, 'unit'>): string =>
  unit === 'share' ? '\u00a0%' : unit === '' ? '' : `\u00a0${unit}`;

/** Whether a value is better than another; nothing is better than itself, and what is not a number than nothing. */
export const isBetter = ({ better }: Pick<MetricLook, 'better'>, value: number, than: number): boolean =>
  better === 'lower' ? value < than : value > than;

/** Whether a value is as good as a level. */
export const reaches = ({ better }: Pick<MetricLook, 'better'>, value: number, level: number): boolean =>
  better === 'lower' ? value <= level : value >= level;

/** The metric people ask for first: the first of evaluations that is not the loss itself, where there is one. */
export const headlineOf = <Metric extends MetricLook>(metrics: readonly Metric[]): Metric | undefined =>
  metrics.find(({ name }) => name !== lossName && isEvaluated(name)) ?? metrics[0];

/** The metrics of several runs, each once, in the order in which they come. */
export const metricsOf = (
  runs: readonly { readonly facts: { readonly metrics: readonly RunMetric[] } | null }[],
): readonly RunMetric[] => [
  ...new Map(runs.flatMap(({ facts }) => facts?.metrics ?? []).map((metric) => [metric.name, metric])).values(),
];

/** With the values of one more evaluation; of equal ones the first stays. */
export function withBests(
  bests: Bests,
  step: number,
  judged: readonly { readonly metric: MetricLook; readonly value: number }[],
): Bests {
  const better = judged.filter(({ metric, value }) => {
    const known = bests[metric.name];
    return Number.isFinite(value) && (known === undefined || isBetter(metric, value, known.value));
  });
  return { ...bests, ...Object.fromEntries(better.map(({ metric, value }) => [metric.name, { step, value }])) };
}

/** The best values of a run as far as they are known; versions before them kept one evaluation. */
export function bestsOf({
  best,
  bests,
}: {
  readonly best: { readonly step: number; readonly loss: number; readonly accuracy: number | null } | null;
  readonly bests?: Bests;
}): Bests {
  if (bests !== undefined) return bests;
  if (best === null || !Number.isFinite(best.loss)) return {};
  const { step, loss: value, accuracy } = best;
  return {
    [lossName]: { step, value },
    ...(accuracy === null ? {} : { [accuracyLook.name]: { step, value: accuracy } }),
  };
}

/** What runs of earlier versions knew of their metrics. */
export interface EarlierLevels {
  readonly chanceLoss: number | null;
  readonly chanceAccuracy: number | null;
  readonly blindLoss?: number | null;
  readonly blindAccuracy?: number | null;
  readonly solvedAccuracy: number | null;
}

/** Their metrics: a loss, and an accuracy where the answers were classes. */
export function earlierMetrics(levels: EarlierLevels, classes: boolean): readonly RunMetric[] {
  const { chanceLoss, chanceAccuracy, blindLoss = null, blindAccuracy = null, solvedAccuracy } = levels;
  const first = { ...lossMetric, unit: classes ? 'nats' : '', chance: chanceLoss, blind: blindLoss, solved: null };
  const second = { ...accuracyLook, chance: chanceAccuracy, blind: blindAccuracy, solved: solvedAccuracy };
  return classes ? [first, second] : [first];
}

/** The same for programs of earlier versions, which read nothing else. */
export function levelsForEarlier(metrics: readonly RunMetric[]): EarlierLevels {
  const [first, second] = [lossName, accuracyLook.name].map((name) => metrics.find((metric) => metric.name === name));
  return {
    chanceLoss: first?.chance ?? null,
    chanceAccuracy: second?.chance ?? null,
    blindLoss: first?.blind ?? null,
    blindAccuracy: second?.blind ?? null,
    solvedAccuracy: second?.solved ?? null,
  };
}
