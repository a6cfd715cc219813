// What the race of a session showed: reads the stored evaluations of each run and has them compared. Pure but for reading the store.
import { nameWithoutSeed } from '../engine/spec/names.ts';
import { raceResult, type Curve, type RacedGroup, type RaceResult } from '../engine/spec/race-result.ts';
import type { MetricKind, XAxis } from '../engine/spec/metrics.ts';
import type { Budget } from '../engine/spec/run-spec.ts';
import type { RunState, SessionState } from '../protocol/state.ts';
import type { SessionStore } from '../session/index.ts';

/** What a person has limited is what they compare by. */
export const axisOfBudget = ({ unit }: Budget): XAxis =>
  unit === 'seconds' ? 'active' : unit === 'tokens' ? 'tokens' : 'step';

/** Runs that differ only by their seed, forks apart, in the order of the session. */
function groupsOf(runs: readonly RunState[]): readonly (readonly RunState[])[] {
  const key = ({ variant, forkedFrom }: RunState): string =>
    forkedFrom === null ? String(variant) : `${variant} from ${forkedFrom.run} at ${forkedFrom.step}`;
  return [...Map.groupBy(runs, key).values()];
}

/** The sentence compares with the baseline of the session, else with its first setting. */
export async function resultOf(
  { runs, baseline }: Pick<SessionState, 'runs' | 'baseline'>,
  store: Pick<SessionStore, 'series'>,
  x: XAxis,
): Promise<RaceResult | null> {
  const groups = groupsOf(runs.filter((run) => run.facts !== null));
  const curves = async (metric: MetricKind, run: RunState): Promise<Curve> => {
    const query = { runs: [run.id], metric, x, from: null, to: null, columns: Number.MAX_SAFE_INTEGER };
    const [window] = await store.series(query);
    return { x: window?.x ?? [], value: window?.value ?? [] };
  };
  const raced: RacedGroup[] = [];
  for (const group of groups) {
    const members = [];
    for (const run of group)
      members.push({ accuracy: await curves('val/accuracy', run), loss: await curves('val/loss', run) });
    const [first] = group;
    const name =
      first === undefined ? '' : group.length > 1 ? nameWithoutSeed(first.name, first.spec.seed) : first.name;
    raced.push({ name, runs: members });
  }
  const base = groups.findIndex((group) => group.some((run) => run.id === baseline));
  return raceResult(raced, Math.max(0, base), runs.find((run) => run.facts !== null)?.facts?.solvedAccuracy ?? null);
}
