// Trains a sweep: all trials one after the other, or the ladder of successive halving, whose runs stop at a rung with a checkpoint and go on from it.
import { itemAt } from '../../engine/core/item.ts';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import {
  etaOf,
  nextOnLadder,
  standingOf,
  toldAt,
  type LadderJob,
  type TrialState,
} from '../../engine/spec/sweep/ladder.ts';
import type { RunId, RunStatus } from '../../protocol/state.ts';
import type { Lab } from '../lab.ts';
import { act } from '../race/race-actions.ts';
import * as schedule from '../race/scheduler.ts';
import { runsOfTrials, type SweepPlan } from './plan.ts';
import { ladderStates, rungsIn } from './read-trials.ts';

/** A run that has come to its end; others can go on. */
const over: ReadonlySet<RunStatus> = new Set(['finished', 'diverged']);

/** New runs begin, others go on from their last checkpoint. */
async function start(lab: Lab, ids: readonly RunId[]): Promise<void> {
  const isNew = (id: RunId): boolean => lab.keeper.live(id).status === 'queued' && lab.race.lane(id) === undefined;
  const fresh = ids.filter(isNew);
  const others = ids.filter((id) => !fresh.includes(id));
  if (others.length > 0) await act(lab.race, others, { kind: 'resume', otherData: false }, lab.catalogue().training);
  lab.race.change((state) => fresh.reduce((next, id) => schedule.join(next, id), state));
}

const runIds = (lab: Lab, plan: SweepPlan): readonly RunId[] =>
  runsOfTrials(plan, lab.keeper.state().runs).flatMap((runs) => runs.flatMap((run) => run?.id ?? []));

/** Trains what has not come to its end; resolves when nothing trains any more. `ended` = a person wants no more. */
export async function trainSweep(lab: Lab, plan: SweepPlan, ended: () => boolean): Promise<void> {
  lab.race.configure(plan.plain.mode ?? 'queue', plan.spec.slice ?? 0.5);
  if (plan.spec.sweep.method === 'halving') return climb(lab, plan, ended);
  await start(
    lab,
    runIds(lab, plan).filter((id) => !over.has(lab.keeper.live(id).status)),
  );
  await lab.race.idle();
}

/** Steps that each variant may use; null = as many as it takes. */
const shareOf = ({ spec }: SweepPlan): number | null =>
  spec.sweep.steps === undefined ? null : spec.sweep.steps / spec.variants.length;

async function climb(lab: Lab, plan: SweepPlan, ended: () => boolean): Promise<void> {
  const rungs = rungsIn(plan);
  const failed = new Set<RunId>();
  let before = { id: '', step: -1 };
  while (!ended()) {
    const states = await ladderStates(lab, plan, failed);
    const job = nextOnLadder(states, rungs, etaOf(plan.spec), shareOf(plan));
    if (job === null) return leaveRest(lab, plan, states);
    const id = idOf(lab, plan, job);
    if (before.id === id && before.step === job.step) throw notJudged(lab.keeper.run(id).name, job.step);
    before = { id, step: job.step };
    if (!(await trainTo(lab, id, job.step, plan.spec.budget.amount))) return;
    if (lab.keeper.live(id).status === 'failed') failed.add(id);
  }
}

/** It has trained to its rung, and the session has no evaluation of it: asking again would go on for ever. */
const notJudged = (name: string, step: number): AppFailure =>
  new AppFailure({
    code: 'damaged-file',
    message: say`sweep: ${asIs(name)} has trained to step ${step}, and its session has no evaluation there`,
    cure: say`Delete this run: the sweep trains it again from its beginning.`,
  });

/** Trials of a variant follow each other in the plan. */
function idOf(lab: Lab, plan: SweepPlan, { variant, trial }: Pick<LadderJob, 'variant' | 'trial'>): RunId {
  const at = plan.trials.findIndex((one) => one.variant === variant && one.number === trial);
  const [run] = itemAt(runsOfTrials(plan, lab.keeper.state().runs), at);
  if (run === undefined) throw new Error(`sweep: trial ${trial} of variant ${variant} must have a run`);
  return run.id;
}

/** False if nothing can go on now: an engine was lost, the session cannot be saved, or a person has ended it. */
async function trainTo(lab: Lab, id: RunId, step: number, budget: number): Promise<boolean> {
  // The last rung is where a run ends by itself: one whose end was not written yet would wait at that goal, and never say that it has finished.
  if (step < budget) lab.race.goal(id, step);
  await start(lab, [id]);
  await lab.race.idle();
  const { status } = lab.keeper.live(id);
  if (over.has(status) || status === 'failed') return true;
  if (status !== 'paused' || lab.keeper.run(id).cursor.step < step) return false;
  await act(lab.race, [id], { kind: 'stop' }, lab.catalogue().training);
  lab.keeper.records.event(id, 'rung', `step ${step}`);
  return true;
}

/** Nobody goes on: every run that was left at a rung says where it stood there, and one that never began says why. */
async function leaveRest(lab: Lab, plan: SweepPlan, states: readonly (readonly TrialState[])[]): Promise<void> {
  const rungs = rungsIn(plan);
  for (const { variant, number } of plan.trials) {
    const trials = itemAt(states, variant);
    const id = idOf(lab, plan, { variant, trial: number });
    if ([...over, 'failed'].includes(lab.keeper.live(id).status)) continue;
    const { rung, place, of } = standingOf(trials, number);
    const above = rung < 0 ? [] : toldAt(trials, rung + 1);
    const problem =
      rung < 0
        ? say`Not begun: the steps of the sweep were used up.`
        : say`Left at step ${itemAt(rungs, rung)}: place ${place ?? of} of ${of}, and ${above.length} went on.`;
    lab.keeper.update(id, { intent: 'stopped', problem });
    lab.keeper.showAtRest(id);
  }
  await lab.keeper.settled();
}
