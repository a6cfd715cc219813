// What is shown of the runs of one variant: every seed, the mean with the interval that its metric allows, solved, diverged and missing runs counted.
// One place decides this for the window, reports, exports and the terminal (docs/user/statistics.md). Pure.
import { reaches, type RunMetric } from '../task-metrics.ts';
import { boundedMeanInterval } from './bounded-mean.ts';
import { clopperPearson, type Count } from './counts.ts';
import { describe, type Interval, type Sample } from './sample.ts';
import type { Values } from './claims.ts';

/** `missing` = crashed, cancelled or not at its end: no result, to be run again with the same seed. */
export interface SeedResult {
  readonly seed: number;
  readonly status: 'ok' | 'diverged' | 'missing';
  /** Null unless ok. */
  readonly value: number | null;
}

export interface SeedSummary {
  /** Results: ok and diverged ones, by seed. */
  readonly seeds: readonly number[];
  readonly values: Values;
  readonly missing: number;
  readonly diverged: number;
  /** Over all results; null where one diverged and the metric has no worst value, or there is none. */
  readonly sample: Sample | null;
  /** Of the finite ones, only where some diverged: to be labelled so. */
  readonly finiteOnly: Sample | null;
  /** Null below three seeds, without spread, and on a metric without bounds of a task that can fail. */
  readonly interval: Interval | null;
  readonly intervalKind: 'bounded' | 't' | null;
  readonly level: number;
  readonly noSpread: boolean;
  /** Null where nothing counts as solved. */
  readonly solved: Count | null;
  readonly solvedInterval: Interval | null;
}

/** Below this an interval would be wider than the two values are apart, nine times their spread. */
const fewestForInterval = 3;

/** A share has bounds; other metrics have none that would help. */
const boundsOf = ({ unit }: RunMetric): Interval | null => (unit === 'share' ? [0, 1] : null);

function intervalOf(
  metric: RunMetric,
  values: readonly number[],
  sample: Sample,
  level: number,
): Pick<SeedSummary, 'interval' | 'intervalKind'> {
  if (values.length < fewestForInterval) return { interval: null, intervalKind: null };
  if (metric.canFail !== true)
    return sample.interval === null
      ? { interval: null, intervalKind: null }
      : { interval: sample.interval, intervalKind: 't' };
  const bounds = boundsOf(metric);
  return bounds === null
    ? { interval: null, intervalKind: null }
    : { interval: boundedMeanInterval(values, level, bounds[0], bounds[1]), intervalKind: 'bounded' };
}

export function summariseSeeds(metric: RunMetric, results: readonly SeedResult[], level = 0.95): SeedSummary {
  const known = results.filter(({ status }) => status !== 'missing').toSorted((a, b) => a.seed - b.seed);
  const values = known.map(({ status, value }) => (status === 'diverged' ? null : value));
  const { worst = null, solved: threshold } = metric;
  const { headline: sample, finiteOnly, diverged, noSpread } = describe(values, level, worst);
  const counted = values.map((value) => value ?? worst).filter((value) => value !== null);
  const did = (value: number | null): boolean =>
    value !== null && threshold !== null && reaches(metric, value, threshold);
  const solved: Count | null =
    threshold === null || values.length === 0 ? null : [values.filter(did).length, values.length];
  return {
    seeds: known.map(({ seed }) => seed),
    values,
    missing: results.length - known.length,
    diverged,
    sample,
    finiteOnly,
    ...(sample === null ? { interval: null, intervalKind: null } : intervalOf(metric, counted, sample, level)),
    level,
    noSpread,
    solved,
    solvedInterval: solved === null ? null : clopperPearson(solved, level),
  };
}
