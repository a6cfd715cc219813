// What the runs of a sweep have come to, read from the session alone: so a sweep goes on after any interruption as if there had been none.
import { itemAt } from '../../engine/core/item.ts';
import { AppFailure } from '../../engine/core/result.ts';
import { asIs, say } from '../../engine/core/say.ts';
import { ladderOf, type TrialState } from '../../engine/spec/sweep/ladder.ts';
import { sweepResult, valueOfSeeds, type SweepResult, type TrialResult } from '../../engine/spec/sweep/results.ts';
import { usualSweep } from '../../engine/spec/sweep/sweep-spec.ts';
import { metricId, metricOfId, type MetricName, type RunMetric } from '../../engine/spec/task-metrics.ts';
import type { RunId, RunState } from '../../protocol/state.ts';
import type { Lab } from '../lab.ts';
import { runsOfTrials, type SweepPlan } from './plan.ts';

export const rungsIn = ({ spec }: SweepPlan): readonly number[] =>
  spec.sweep.method === 'halving' ? ladderOf(spec) : [];

const metricNameOf = ({ spec }: SweepPlan): MetricName => metricOfId(spec.sweep.metric ?? usualSweep.metric);

/** The metric as the first run that was prepared has it; null = none was. Rejects if the task has no such metric. */
function metricOf(plan: SweepPlan, runs: readonly (RunState | undefined)[]): RunMetric | null {
  const facts = runs.find((run) => run !== undefined && run.facts !== null)?.facts ?? null;
  return facts === null ? null : namedMetric(plan, facts.metrics);
}

export function namedMetric(plan: SweepPlan, metrics: readonly RunMetric[]): RunMetric {
  const name = metricNameOf(plan);
  const found = metrics.find((metric) => metric.name === name);
  if (found !== undefined) return found;
  const known = metrics.filter((metric) => metric.name.startsWith('val/')).map((metric) => metricId(metric.name));
  throw new AppFailure({
    code: 'bad-input',
    message: say`experiment: the metric that decides must be one of the task, ${asIs(known.join(', '))}, got ${asIs(metricId(name))}`,
    field: 'sweep.metric',
  });
}

interface Climbed {
  /** Values at the rungs a run has reached, lowest first; null = diverged, which ends the list. */
  readonly values: (number | null)[];
  /** It has trained beyond the last of them. */
  readonly beyond: boolean;
}

const notBegun: Climbed = { values: [], beyond: false };

/**
 * A rung is reached when its evaluation, the run's state and a checkpoint are all in the file, and the last one when the run has finished: what a kill
 * left half written is done again from the checkpoint before.
 */
async function climbedBy(
  lab: Lab,
  run: RunState | undefined,
  rungs: readonly number[],
  name: MetricName,
): Promise<Climbed> {
  if (run === undefined || rungs.length === 0) return notBegun;
  const all = { from: null, to: null, columns: Number.MAX_SAFE_INTEGER } as const;
  const [window] = await lab.keeper.store.series({ runs: [run.id], metric: name, x: 'step', ...all });
  const saved = Math.max(0, ...run.checkpoints.filter(({ kind }) => kind === 'latest').map(({ step }) => step));
  const kept =
    run.status === 'finished' ? rungs : rungs.slice(0, -1).filter((step) => step <= Math.min(saved, run.step));
  const values: (number | null)[] = [];
  for (const rung of kept) {
    const at = window?.step.indexOf(rung) ?? -1;
    if (at < 0 || values.at(-1) === null) break;
    values.push(window?.value[at] ?? null);
  }
  const reached = values.length === 0 ? 0 : itemAt(rungs, values.length - 1);
  const beyond = Math.max(run.step, saved, window?.step.at(-1) ?? 0) > reached;
  const diverged = run.status === 'diverged' && values.at(-1) !== null && values.length < rungs.length;
  return { values: diverged ? [...values, null] : values, beyond };
}

/** Of each variant its trials on the ladder. Runs that have `failed` now count as if they had diverged; earlier ones are tried again. */
export async function ladderStates(
  lab: Lab,
  plan: SweepPlan,
  failed: ReadonlySet<RunId>,
): Promise<readonly (readonly TrialState[])[]> {
  const rungs = rungsIn(plan);
  await lab.keeper.settled();
  const found = runsOfTrials(plan, lab.keeper.state().runs);
  const sign = metricOf(plan, found.flat())?.better === 'higher' ? -1 : 1;
  const states: TrialState[][] = plan.spec.variants.map(() => []);
  for (const [at, { variant }] of plan.trials.entries()) {
    const [run] = itemAt(found, at);
    const { values, beyond } = await climbedBy(lab, run, rungs, metricNameOf(plan));
    if (run !== undefined && failed.has(run.id) && values.length < rungs.length) values.push(null);
    const told = values.map((value) => (value === null ? null : sign * value));
    const over = told.includes(null) || told.length === rungs.length;
    itemAt(states, variant).push({ told, underWay: !over && (beyond || run?.status === 'failed') });
  }
  return states;
}

const endedWith = (run: RunState | undefined, name: MetricName): number | null | undefined => {
  if (run?.status === 'diverged') return null;
  return run?.status === 'finished' ? (run.last[name] ?? undefined) : undefined;
};

function statusOf(runs: readonly (RunState | undefined)[], ladder: boolean): TrialResult['status'] {
  if (runs.some((run) => run?.status === 'diverged')) return 'diverged';
  if (runs.every((run) => run?.status === 'finished')) return 'ended';
  return ladder && runs.every((run) => run?.status === 'stopped' && run.step > 0) ? 'stopped' : 'open';
}

/** Null while no run was prepared. */
export async function readSweep(lab: Lab, plan: SweepPlan): Promise<SweepResult | null> {
  await lab.keeper.settled();
  const found = runsOfTrials(plan, lab.keeper.state().runs);
  const metric = metricOf(plan, found.flat());
  if (metric === null) return null;
  const rungs = rungsIn(plan);
  const trials: TrialResult[] = [];
  for (const [at, { variant, number, values }] of plan.trials.entries()) {
    const runs = itemAt(found, at);
    const [first] = runs;
    trials.push({
      variant,
      number,
      values,
      name: itemAt(itemAt(plan.planned, at), 0).name,
      status: statusOf(runs, rungs.length > 0),
      steps: runs.reduce((sum, run) => sum + (run?.step ?? 0), 0),
      value: valueOfSeeds(runs.map((run) => endedWith(run, metric.name))) ?? null,
      rungs: (await climbedBy(lab, first, rungs, metric.name)).values,
    });
  }
  return sweepResult(variantNames(lab, plan), trials, metric, rungs);
}

/** The given names, else the models'; equal ones by their place. */
function variantNames(lab: Lab, { spec }: SweepPlan): readonly string[] {
  const names = spec.variants.map(
    ({ name, model }) => name ?? lab.catalogue().models.find(({ kind }) => kind === model)?.title ?? model,
  );
  return names.map((name, at) => (names.indexOf(name) === names.lastIndexOf(name) ? name : `${name} (${at + 1})`));
}
