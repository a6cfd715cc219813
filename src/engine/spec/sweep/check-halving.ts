// Checks what successive halving needs beside a space: rungs that meet evaluations and end at the budget, and trials enough for one to get there.
import { asIs, say } from '../../core/say.ts';
import type { Catalogue } from '../catalogue.ts';
import { show } from '../field-check.ts';
import type { Report } from '../spec-report.ts';
import { etaOf, ladderOf } from './ladder.ts';
import type { SweepExperiment } from './sweep-spec.ts';
import { trialCount } from './trials.ts';

const largestEta = 10;

/** Settings that say when a run is judged and when it ends: rungs need them fixed. */
const fixed = ['evaluateEvery', 'patience'];

export function checkHalving(spec: SweepExperiment, catalogue: Catalogue, report: Report): void {
  const { sweep, budget, seeds, mode, variants } = spec;
  const { eta, minimum } = sweep;
  for (const name of fixed) {
    if (sweep.space[name] !== undefined)
      report(`sweep.space.${name}`, say`Rungs need this setting fixed: give it in "training".`);
    variants.forEach(({ fields = {} }, at) => {
      if (fields[name] !== undefined)
        report(`variants[${at}].fields.${name}`, say`Rungs need this setting fixed: give it in "training".`);
    });
  }
  if (eta !== undefined && !(Number.isInteger(eta) && eta >= 2 && eta <= largestEta))
    return report('sweep.eta', say`One in 2 to ${largestEta} may go on, got ${show(eta)}.`);
  if (budget.unit !== 'steps')
    report(
      'budget.unit',
      say`Successive halving counts steps: the unit of the budget must be steps, got ${asIs<string>(budget.unit)}.`,
    );
  if ((seeds?.length ?? 1) > 1)
    report('seeds', say`Successive halving compares single runs: give one seed, and train the winners with more.`);
  if (mode !== undefined && mode !== 'queue')
    report('mode', say`Successive halving trains one run after the other: leave this out.`);
  if (Number(spec.training?.['patience'] ?? 0) > 0)
    report('training.patience', say`The ladder stops runs: early stop must be 0.`);
  if (minimum === undefined || !Number.isInteger(minimum) || minimum < 1)
    return report(
      'sweep.minimum',
      say`The lowest rung must be a whole number of steps from 1 on, got ${show(minimum)}.`,
    );
  checkRungs(spec, minimum, catalogue, report);
}

function checkRungs(spec: SweepExperiment, minimum: number, catalogue: Catalogue, report: Report): void {
  const every = Number(spec.training?.['evaluateEvery'] ?? catalogue.training['evaluateEvery']?.default);
  if (minimum % every !== 0)
    report(
      'sweep.minimum',
      say`Rungs are judged by an evaluation: the lowest must be a multiple of ${every} steps (evaluateEvery), got ${minimum}.`,
    );
  const eta = etaOf(spec);
  const rungs = ladderOf(spec);
  const { amount } = spec.budget;
  if (rungs.length < 2 || rungs.at(-1) !== amount)
    return report(
      'budget.amount',
      say`The budget must be a rung above the lowest, ${minimum} times ${eta} once or several times, got ${amount}; the rungs up to it are ${asIs(rungs.join(', ') || '–')}.`,
    );
  const needed = eta ** (rungs.length - 1);
  const least = Math.min(...spec.variants.map((_, at) => trialCount(spec, at)));
  if (least < needed)
    report(
      'sweep.trials',
      say`With ${rungs.length} rungs and one in ${eta} going on, one run gets to the end only of ${needed} trials or more, got ${least}. Raise the lowest rung, or the trials.`,
    );
  const { steps } = spec.sweep;
  if (steps !== undefined && steps / spec.variants.length < minimum)
    report('sweep.steps', say`The steps must suffice for one trial of each variant, got ${steps}.`);
}
