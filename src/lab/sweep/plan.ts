// The trials of a sweep as runs of a session: which run stands for which trial, and those that are missing. A run belongs to a trial by its settings
// and seed, on whatever device it was trained.
import { itemAt } from '../../engine/core/item.ts';
import type { ExperimentSpec, PlannedRun, RunSpec } from '../../engine/spec/run-spec.ts';
import type { SweepExperiment } from '../../engine/spec/sweep/sweep-spec.ts';
import { plainOf, trialsOf, type Trial } from '../../engine/spec/sweep/trials.ts';
import type { RunId } from '../../protocol/state.ts';
import type { StoredRun } from '../../session/store.ts';
import { refusal, type Judged } from '../experiments/experiments.ts';
import type { Lab } from '../lab.ts';
import { storedRuns } from '../race/starting-grid.ts';

/** The kind of the event that keeps what the file said. */
const sweepEvent = 'sweep';

export interface SweepPlan {
  readonly spec: SweepExperiment;
  readonly trials: readonly Trial[];
  readonly plain: ExperimentSpec;
  readonly judged: Judged;
  /** Of each trial its runs, a seed each. */
  readonly planned: readonly (readonly PlannedRun[])[];
}

/** Everything that can be known before a file is touched. Rejects with the first problem and its place. */
export async function planSweep(lab: Lab, spec: SweepExperiment): Promise<SweepPlan> {
  const trials = trialsOf(spec, lab.catalogue());
  const plain = plainOf(spec, trials);
  const judged = await lab.judge(plain);
  if (judged.spec === null) throw refusal('experiment', judged.issues);
  const planned = trials.map((_, at) => judged.runs.filter(({ variant }) => variant === at));
  return { spec, trials, plain, judged, planned };
}

/** JSON with sorted keys. The device changes no result that is compared here. */
function keyOf({ model, task, training, budget, seed }: RunSpec): string {
  return JSON.stringify({ model, task, training, budget, seed }, (_, value: unknown) =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  );
}

/** Of each trial the run of each seed; undefined = none yet. Trials that happen to be equal have a run each. */
export function runsOfTrials<R extends Pick<StoredRun, 'spec' | 'forkedFrom'>>(
  { planned }: SweepPlan,
  runs: readonly R[],
): readonly (readonly (R | undefined)[])[] {
  const free = Map.groupBy(
    runs.filter(({ forkedFrom }) => forkedFrom === null),
    ({ spec }) => keyOf(spec),
  );
  return planned.map((seeds) => seeds.map(({ spec }) => free.get(keyOf(spec))?.shift()));
}

/** Adds what no run stands for yet; nothing is started. */
export async function addMissing(lab: Lab, plan: SweepPlan): Promise<readonly RunId[]> {
  const { keeper, race } = lab;
  const known = runsOfTrials(plan, keeper.runs());
  const missing = plan.planned.flatMap((seeds, trial) =>
    seeds.filter((_, seed) => itemAt(known, trial)[seed] === undefined),
  );
  const [first] = missing;
  if (first === undefined) return [];
  const runs = storedRuns(missing, keeper.runs(), await race.texts.beginning(first.spec));
  keeper.records.event(null, sweepEvent, JSON.stringify(plan.spec.sweep));
  keeper.addRuns(runs);
  await keeper.saving.needSaved();
  return runs.map(({ id }) => id);
}
