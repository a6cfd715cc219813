// What successive halving does next, from what its runs have reached: each variant climbs a ladder of its own, and the one that has used the fewest
// steps is next. The state is that of the session alone, so a sweep that was cut off decides as one that was not. Pure.
import { itemAt } from '../../core/item.ts';
import { nextJob, ranked, rungsOf, type Job, type Told } from '../statistics/halving.ts';
import { usualSweep, type SweepExperiment } from './sweep-spec.ts';

export interface TrialState {
  /** The loss at each rung it has reached, lowest first; null = diverged on the way there. */
  readonly told: readonly (number | null)[];
  /** On its way to the next rung, and cut off there or paused. */
  readonly underWay: boolean;
}

export interface LadderJob extends Job {
  readonly variant: number;
  /** Where it is to stop. */
  readonly step: number;
}

export const etaOf = ({ sweep }: SweepExperiment): number => sweep.eta ?? usualSweep.eta;

/** Steps of the rungs, the last is the budget of a run. */
export const ladderOf = (spec: SweepExperiment): readonly number[] =>
  rungsOf({ from: spec.sweep.minimum ?? 1, upTo: spec.budget.amount, eta: etaOf(spec), early: 0 });

export const toldAt = (trials: readonly TrialState[], rung: number): readonly Told[] =>
  trials.flatMap(({ told }, trial) => {
    const loss = told[rung];
    return loss === undefined ? [] : [{ trial, loss }];
  });

/** The rung a trial trains towards, or has reached. */
const headed = ({ told, underWay }: TrialState): number => told.length - (underWay ? 0 : 1);

const stepsAt = (rungs: readonly number[], rung: number): number => (rung < 0 ? 0 : itemAt(rungs, rung));

/** Steps of what is complete and of what is under way, which is never given up. */
const usedBy = (trials: readonly TrialState[], rungs: readonly number[]): number =>
  trials.reduce((sum, trial) => sum + stepsAt(rungs, headed(trial)), 0);

function jobOf(trials: readonly TrialState[], rungs: readonly number[], eta: number): Job | null {
  const open = trials.findIndex(({ underWay }) => underWay);
  if (open >= 0) return { trial: open, rung: itemAt(trials, open).told.length };
  const told = rungs.map((_, rung) => toldAt(trials, rung));
  const promoted = rungs.map((_, rung) => new Set(trials.flatMap((trial, at) => (headed(trial) > rung ? [at] : []))));
  const drawn = 1 + trials.findLastIndex((trial) => headed(trial) >= 0);
  return nextJob(told, promoted, eta, { drawn, most: trials.length });
}

/** Null when nobody goes on. `share` = most steps of a variant. */
export function nextOnLadder(
  variants: readonly (readonly TrialState[])[],
  rungs: readonly number[],
  eta: number,
  share: number | null,
): LadderJob | null {
  const jobs = variants.flatMap((trials, variant) => {
    const job = jobOf(trials, rungs, eta);
    if (job === null) return [];
    const used = usedBy(trials, rungs);
    const open = itemAt(trials, job.trial).underWay;
    const cost = open ? 0 : itemAt(rungs, job.rung) - stepsAt(rungs, job.rung - 1);
    return share !== null && used + cost > share
      ? []
      : [{ ...job, variant, step: itemAt(rungs, job.rung), used, open }];
  });
  const [first] = jobs.toSorted((a, b) => Number(b.open) - Number(a.open) || a.used - b.used || a.variant - b.variant);
  if (first === undefined) return null;
  const { used: _, open: __, ...job } = first;
  return job;
}

export interface Standing {
  /** The highest rung that it reached; -1 = none. */
  readonly rung: number;
  /** From 1, among those that reached it; null where it has no value. */
  readonly place: number | null;
  readonly of: number;
}

/** Where a trial stands on its highest rung. */
export function standingOf(trials: readonly TrialState[], trial: number): Standing {
  const rung = itemAt(trials, trial).told.length - 1;
  if (rung < 0) return { rung, place: null, of: 0 };
  const order = ranked(toldAt(trials, rung));
  const at = order.findIndex((one) => one.trial === trial);
  return { rung, place: itemAt(order, at).loss === null ? null : at + 1, of: order.length };
}
