// What a sweep found: of each variant the best trial, how good the best of k trials is on average, and what became of every trial. Diverged trials
// are counted, and a trial that was stopped is never compared with one that went further. Pure.
import { itemAt } from '../../core/item.ts';
import type { FieldValues } from '../fields.ts';
import { ranked } from '../statistics/halving.ts';
import { bestOfK } from '../statistics/planning.ts';
import { meanOf } from '../statistics/sample.ts';
import { isBetter, type RunMetric } from '../task-metrics.ts';

/** `stopped` = at a rung; `open` = it can still go on. */
export type TrialStatus = 'ended' | 'diverged' | 'stopped' | 'open';

export interface TrialResult {
  readonly variant: number;
  readonly number: number;
  readonly name: string;
  readonly values: FieldValues;
  readonly status: TrialStatus;
  /** Training steps of all its seeds. */
  readonly steps: number;
  /** At its end, the mean over seeds; null = diverged, or not there yet. */
  readonly value: number | null;
  /** Values at the rungs it reached, lowest first; null = diverged before. Empty without a ladder. */
  readonly rungs: readonly (number | null)[];
}

export interface VariantResult {
  readonly name: string;
  readonly trials: readonly TrialResult[];
  readonly counts: Readonly<Record<TrialStatus, number>>;
  readonly steps: number;
  /** In the highest rung that any of its trials reached; null = no value yet. */
  readonly best: { readonly trial: TrialResult; readonly value: number } | null;
  /** Expected best of k = 1, 2, … trials, as far as all variants have them; of the first rung where there is a ladder. */
  readonly bestOfK: readonly number[];
}

export interface SweepResult {
  readonly metric: RunMetric;
  /** Steps of the rungs; [] = every trial is trained to its end. */
  readonly ladder: readonly number[];
  readonly variants: readonly VariantResult[];
  /** What a diverged trial counts as; null = none diverged. */
  readonly divergedAs: number | null;
}

const worse = (metric: RunMetric, a: number, b: number): number => (isBetter(metric, a, b) ? b : a);

/** The worst value of the metric, else the worse one of the best constant answer and the worst trial that gave a number. */
function worstOf(metric: RunMetric, values: readonly number[]): number | null {
  if (metric.worst !== undefined) return metric.worst;
  const known = [...values, ...(metric.chance === null ? [] : [metric.chance])];
  return known.length === 0 ? null : known.reduce((sofar, value) => worse(metric, sofar, value));
}

/** Where all trials of a variant are compared: at the first rung, or at their end. Absent = no value yet. */
function comparedAt(trial: TrialResult, ladder: readonly number[]): number | null | undefined {
  if (ladder.length > 0) return trial.rungs[0];
  return trial.status === 'diverged' ? null : (trial.value ?? undefined);
}

function bestTrial(trials: readonly TrialResult[], metric: RunMetric): VariantResult['best'] {
  const heights = trials.map(({ rungs }) => rungs.findLastIndex((value) => value !== null));
  const top = Math.max(-1, ...heights);
  const values = trials.flatMap((trial, at) => {
    const value = top < 0 ? trial.value : trial.rungs[top];
    return value === null || value === undefined
      ? []
      : [{ trial: at, loss: metric.better === 'lower' ? value : -value }];
  });
  const [first] = ranked(values);
  if (first === undefined) return null;
  return {
    trial: itemAt(trials, first.trial),
    value: metric.better === 'lower' ? Number(first.loss) : -Number(first.loss),
  };
}

const countsOf = (trials: readonly TrialResult[]): VariantResult['counts'] => {
  const count = (status: TrialStatus): number => trials.filter((trial) => trial.status === status).length;
  return { ended: count('ended'), diverged: count('diverged'), stopped: count('stopped'), open: count('open') };
};

/** `names` of the variants in the order of the file. */
export function sweepResult(
  names: readonly string[],
  trials: readonly TrialResult[],
  metric: RunMetric,
  ladder: readonly number[],
): SweepResult {
  const of = names.map((_, variant) => trials.filter((trial) => trial.variant === variant));
  const values = of.map((own) => own.map((trial) => comparedAt(trial, ladder)).filter((value) => value !== undefined));
  const some = values.flat();
  const worst = worstOf(
    metric,
    some.filter((value) => value !== null),
  );
  // Curves of unequal lengths may be compared up to half of the shorter one.
  const most = Math.floor(Math.min(...values.map((own) => own.length)) / 2);
  const variants = names.map((name, at): VariantResult => {
    const own = itemAt(of, at);
    const counted = itemAt(values, at)
      .map((value) => value ?? worst)
      .filter((value) => value !== null);
    const direction = metric.better === 'lower' ? 'min' : 'max';
    return {
      name,
      trials: own,
      counts: countsOf(own),
      steps: own.reduce((sum, { steps }) => sum + steps, 0),
      best: bestTrial(own, metric),
      bestOfK: most < 1 ? [] : bestOfK(counted, direction).unbiased.slice(0, most),
    };
  });
  return { metric, ladder, variants, divergedAs: some.includes(null) ? worst : null };
}

/** The mean over seeds; null = one of them diverged, and undefined = one is missing. */
export function valueOfSeeds(values: readonly (number | null | undefined)[]): number | null | undefined {
  if (values.length === 0 || values.includes(undefined)) return undefined;
  const known = values.filter((value) => typeof value === 'number');
  return known.length < values.length ? null : meanOf(known);
}
