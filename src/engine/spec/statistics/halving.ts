// Successive halving of tuning trials, in step (Jamieson and Talwalkar 2016) and without waiting (ASHA, Li et al. 2020): which resources the rungs
// have, who goes on, and the whole course on a simulated clock. Pure; runs nothing.
import { itemAt } from '../../core/item.ts';

export interface Ladder {
  /** Resource of the lowest rung without `early`, and the most a trial may use. */
  readonly from: number;
  readonly upTo: number;
  /** One in so many goes on. */
  readonly eta: number;
  /** Rungs left out at the bottom. */
  readonly early: number;
}

/** from eta^(early + k) up to the largest, multiplied in whole numbers: a logarithm would lose the last rung. */
export function rungsOf({ from, upTo, eta, early }: Ladder): readonly number[] {
  const rungs: number[] = [];
  let resource = from;
  for (let skipped = 0; skipped < early; skipped++) resource *= eta;
  for (; resource <= upTo; resource *= eta) rungs.push(resource);
  return rungs;
}

/** The loss of a trial at a rung; null = diverged. */
export interface Told {
  readonly trial: number;
  readonly loss: number | null;
}

/** Best first; equal ones by their number, diverged ones last. */
export const ranked = (results: readonly Told[]): readonly Told[] =>
  results.toSorted((a, b) => {
    const [la, lb] = [a.loss ?? Infinity, b.loss ?? Infinity];
    return la === lb ? a.trial - b.trial : la - lb;
  });

export interface Job {
  readonly trial: number;
  readonly rung: number;
}

/** What a free worker does next; null = wait. `told` and `promoted` by rung, `drawn` of `most` trials so far. */
export function nextJob(
  told: readonly (readonly Told[])[],
  promoted: readonly ReadonlySet<number>[],
  eta: number,
  trials: { readonly drawn: number; readonly most: number },
): Job | null {
  for (let rung = told.length - 2; rung >= 0; rung--) {
    const results = itemAt(told, rung);
    const candidates = ranked(results).slice(0, Math.floor(results.length / eta));
    const next = candidates.find(({ trial, loss }) => loss !== null && !itemAt(promoted, rung).has(trial));
    if (next !== undefined) return { trial: next.trial, rung: rung + 1 };
  }
  return trials.drawn < trials.most ? { trial: trials.drawn, rung: 0 } : null;
}

export interface Course {
  readonly resources: readonly number[];
  /** In the order of their start. */
  readonly jobs: readonly (Job & { readonly start: number; readonly worker: number })[];
  /** Trials of each rung in the order of completion. */
  readonly rungTrials: readonly (readonly number[])[];
  readonly best: Job | null;
  readonly spent: number;
  readonly end: number;
}

interface Working extends Job {
  readonly worker: number;
  readonly until: number;
}

/** The course of given losses, by trial and rung. At one time all finished jobs are told in the order of workers, then free workers ask in it. */
export function simulateAsha(losses: readonly (readonly (number | null)[])[], ladder: Ladder, workers: number): Course {
  const resources = rungsOf(ladder);
  const told = resources.map((): Told[] => []);
  const promoted = resources.map(() => new Set<number>());
  const jobs: (Job & { readonly start: number; readonly worker: number })[] = [];
  let working: readonly Working[] = [];
  let [now, drawn, spent] = [0, 0, 0];
  const ask = (worker: number): void => {
    const job = nextJob(told, promoted, ladder.eta, { drawn, most: losses.length });
    if (job === null) return;
    const { trial, rung } = job;
    if (rung === 0) drawn++;
    else itemAt(promoted, rung - 1).add(trial);
    const cost = itemAt(resources, rung) - (rung === 0 ? 0 : itemAt(resources, rung - 1));
    spent += cost;
    jobs.push({ trial, rung, start: now, worker });
    working = [...working, { trial, rung, worker, until: now + cost }];
  };
  for (;;) {
    for (let worker = 0; worker < workers; worker++) if (!working.some((one) => one.worker === worker)) ask(worker);
    if (working.length === 0) break;
    now = Math.min(...working.map(({ until }) => until));
    const done = working.filter(({ until }) => until === now).toSorted((a, b) => a.worker - b.worker);
    working = working.filter(({ until }) => until !== now);
    for (const { trial, rung } of done) itemAt(told, rung).push({ trial, loss: itemAt(itemAt(losses, trial), rung) });
  }
  const rungTrials = told.map((results) => results.map(({ trial }) => trial));
  return { resources, jobs, rungTrials, best: bestOf(told), spent, end: now };
}

/** In the highest rung that has a result; values of different rungs are never compared. */
function bestOf(told: readonly (readonly Told[])[]): Job | null {
  const rung = told.findLastIndex((results) => results.some(({ loss }) => loss !== null));
  return rung < 0 ? null : { trial: itemAt(ranked(itemAt(told, rung)), 0).trial, rung };
}

/** In step: the whole rung is waited for, then the best 1/eta go on. Survivors of each rung, from the second on best first. */
export function successiveHalving(
  losses: readonly (readonly (number | null)[])[],
  ladder: Omit<Ladder, 'early'>,
): readonly (readonly number[])[] {
  const survivors: (readonly number[])[] = [];
  let trials: readonly number[] = losses.map((_, trial) => trial);
  for (const rung of rungsOf({ ...ladder, early: 0 }).keys()) {
    if (trials.length === 0) break;
    survivors.push(trials);
    const results = trials.map((trial) => ({ trial, loss: itemAt(itemAt(losses, trial), rung) }));
    trials = ranked(results)
      .slice(0, Math.floor(trials.length / ladder.eta))
      .map(({ trial }) => trial);
  }
  return survivors;
}
