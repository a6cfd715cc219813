// The result of a session's race: reads the stored evaluations of each run and compares them. Pure except for reading the store.
import { nameWithoutSeed } from '../../engine/spec/names.ts';
import {
  raceResult,
  type Curve,
  type RacedGroup,
  type RacedRun,
  type RaceResult,
} from '../../engine/spec/race-result.ts';
import type { XAxis } from '../../engine/spec/metrics.ts';
import { isEvaluated, metricsOf, type MetricName } from '../../engine/spec/task-metrics.ts';
import type { Budget } from '../../engine/spec/run-spec.ts';
import type { RunState, SessionState } from '../../protocol/state.ts';
import type { SessionStore } from '../../session/index.ts';

/** A race is compared along the quantity its budget limits. */
export const axisOfBudget = ({ unit }: Budget): XAxis =>
  unit === 'seconds' ? 'active' : unit === 'tokens' ? 'tokens' : 'step';

/** Runs that differ only by their seed, forks apart, in the order of the session, with the name they have in common. */
export function racedGroups(
  runs: readonly RunState[],
): readonly { readonly name: string; readonly runs: readonly RunState[] }[] {
  const key = ({ variant, forkedFrom }: RunState): string =>
    forkedFrom === null ? String(variant) : `${variant} from ${forkedFrom.run} at ${forkedFrom.step}`;
  return [...Map.groupBy(runs, key).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { name, spec } = first;
    return { name: group.length > 1 ? nameWithoutSeed(name, spec.seed) : name, runs: group };
  });
}

/** The sentence compares with the baseline of the session, else with its first setting. */
export async function resultOf(
  { runs, baseline }: Pick<SessionState, 'runs' | 'baseline'>,
  store: Pick<SessionStore, 'series'>,
  x: XAxis,
): Promise<RaceResult | null> {
  const groups = racedGroups(runs.filter((run) => run.facts !== null));
  const curves = async (metric: MetricName, run: RunState): Promise<Curve> => {
    const query = { runs: [run.id], metric, x, from: null, to: null, columns: Number.MAX_SAFE_INTEGER };
    const [window] = await store.series(query);
    return { x: window?.x ?? [], value: window?.value ?? [] };
  };
  const metrics = metricsOf(runs).filter(({ name }) => isEvaluated(name));
  const curvesOf = async (run: RunState): Promise<RacedRun> => {
    const all: [MetricName, Curve][] = [];
    for (const { name } of metrics) all.push([name, await curves(name, run)]);
    return Object.fromEntries(all);
  };
  const raced: RacedGroup[] = [];
  for (const { name, runs: members } of groups) {
    const found: RacedRun[] = [];
    for (const run of members) found.push(await curvesOf(run));
    raced.push({ name, runs: found });
  }
  const base = groups.findIndex((group) => group.runs.some((run) => run.id === baseline));
  return raceResult(raced, Math.max(0, base), metrics);
}
