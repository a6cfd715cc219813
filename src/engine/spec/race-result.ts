// The result of a race as one computed sentence: which setting needed less to reach the goal, and how certain that is. A difference is
// claimed only if the seeds of the two do not overlap. Pure; works on curves.
import { asIs, type Message, say, unsaid } from '../core/say.ts';
import type { XAxis } from './metrics.ts';
import { leastMannWhitneyP } from './statistics/ranks.ts';
import { medianOf } from './statistics/sample.ts';
import {
  accuracyLook,
  inUnit,
  isBetter,
  lossName,
  reaches,
  type MetricName,
  type RunMetric,
  unitMark,
} from './task-metrics.ts';

/** Evaluations of one run: positions on the chosen axis, and the value at each; null = not a finite number. */
export interface Curve {
  readonly x: readonly number[];
  readonly value: readonly (number | null)[];
}

/** Its curves by the names of metrics. */
export type RacedRun = Readonly<Partial<Record<MetricName, Curve>>>;

/** Runs that differ only by their seed. */
export interface RacedGroup {
  readonly name: string;
  readonly runs: readonly RacedRun[];
}

export interface Goal {
  readonly metric: RunMetric;
  readonly level: number;
}

interface Side {
  readonly name: string;
  /** Number of seeds that reached the goal, and of all seeds. */
  readonly reached: number;
  readonly seeds: number;
}

export type RaceResult =
  /** The winner needed `ratio` times less to reach the goal. */
  | {
      readonly kind: 'faster';
      readonly winner: Side;
      readonly loser: Side;
      readonly goal: Goal;
      readonly ratio: number;
    }
  /** Both reached it, but the seeds overlap or the difference is within the spacing of evaluations. */
  | { readonly kind: 'alike'; readonly winner: Side; readonly loser: Side; readonly goal: Goal }
  /** More seeds of the winner reached it at all. */
  | { readonly kind: 'reached'; readonly winner: Side; readonly loser: Side; readonly goal: Goal };

/** A smaller difference would not show in the printed figures. */
const leastRatio = 1.05;

/** Where a run reached the goal: after the evaluation before and at the latest at this one. */
interface Reached {
  readonly after: number;
  readonly at: number;
}

const never: Reached = { after: Infinity, at: Infinity };

function reachedBy(run: RacedRun, { metric, level }: Goal): Reached {
  const { x, value } = run[metric.name] ?? nothing;
  const at = value.findIndex((one) => one !== null && reaches(metric, one, level));
  return at < 0 ? never : { after: x[at - 1] ?? 0, at: x[at] ?? Infinity };
}

const nothing: Curve = { x: [], value: [] };

/** Of two values the better one; null is none. */
const better = (metric: RunMetric, a: number | null, b: number | null): number | null =>
  a === null || (b !== null && isBetter(metric, b, a)) ? b : a;

/** A level of the task that any run reached, else the loss that every run reached. */
export function goalOf(groups: readonly RacedGroup[], metrics: readonly RunMetric[]): Goal | null {
  const runs = groups.flatMap((group) => group.runs);
  for (const metric of metrics) {
    if (metric.solved === null) continue;
    const goal: Goal = { metric, level: metric.solved };
    if (runs.some((run) => reachedBy(run, goal).at < Infinity)) return goal;
  }
  const loss = metrics.find(({ name }) => name === lossName);
  if (loss === undefined || runs.length === 0) return null;
  const bests = runs.map((run) => (run[loss.name] ?? nothing).value.reduce((a, b) => better(loss, a, b), null));
  if (bests.some((best) => best === null)) return null;
  const level = bests.reduce((a, b) => (better(loss, a, b) === a ? b : a));
  return level === null ? null : { metric: loss, level };
}

interface Standing {
  readonly side: Side;
  readonly median: number;
  readonly earliest: number;
  readonly latest: number;
}

function standingOf({ name, runs }: RacedGroup, goal: Goal): Standing {
  const reached = runs.map((run) => reachedBy(run, goal));
  return {
    side: { name, reached: reached.filter(({ at }) => at < Infinity).length, seeds: runs.length },
    median: medianOf(reached.map(({ at }) => at)),
    earliest: Math.min(...reached.map(({ after }) => after)),
    latest: Math.max(...reached.map(({ at }) => at)),
  };
}

/** Two settings and a goal, in either order. */
export function compareGroups(a: RacedGroup, b: RacedGroup, goal: Goal): RaceResult | null {
  const [first, second] = [standingOf(a, goal), standingOf(b, goal)];
  if (first.side.reached === 0 && second.side.reached === 0) return null;
  const [win, lose] = isBehind(first, second) ? [second, first] : [first, second];
  const base = { winner: win.side, loser: lose.side, goal };
  if (!Number.isFinite(lose.median)) return { kind: 'reached', ...base };
  const ratio = lose.median / win.median;
  const apart = win.latest < lose.earliest && ratio >= leastRatio;
  return apart && Number.isFinite(ratio) ? { kind: 'faster', ...base, ratio } : { kind: 'alike', ...base };
}

/** Slower by the median; with equal medians the one with fewer seeds that reached the goal; else by name, so that the order of arguments does not matter. */
function isBehind(a: Standing, b: Standing): boolean {
  if (a.median !== b.median) return a.median > b.median;
  const share = ({ side }: Standing): number => side.reached / side.seeds;
  return share(a) === share(b) ? a.side.name > b.side.name : share(a) < share(b);
}

/** The best of the others against `base`; null when there is nothing to compare yet. */
export function raceResult(
  groups: readonly RacedGroup[],
  base: number,
  metrics: readonly RunMetric[],
): RaceResult | null {
  const goal = goalOf(groups, metrics);
  const [mine, others] = [groups[base], groups.filter((_, at) => at !== base)];
  if (goal === null || mine === undefined || others.length === 0) return null;
  const best = others.reduce((sofar, next) =>
    isBehind(standingOf(sofar, goal), standingOf(next, goal)) ? next : sofar,
  );
  return compareGroups(mine, best, goal);
}

const units: Readonly<Record<XAxis, Message>> = {
  step: say`steps`,
  tokens: say`tokens`,
  samples: say`sequences`,
  active: say`seconds of training`,
  wall: say`seconds`,
  flops: say`FLOPs`,
};

const goalWords = ({ metric, level }: Goal): Message =>
  metric.name === accuracyLook.name
    ? say`an accuracy of ${Number(inUnit(metric, level).toPrecision(3))} %`
    : metric.name === lossName
      ? say`a loss of ${asIs(level.toPrecision(3))}`
      : say`${metric.short} ${asIs(`${inUnit(metric, level).toPrecision(3)}${unitMark(metric)}`)}`;

function seedWords({ winner, loser }: RaceResult): Message {
  if (winner.seeds === 1 && loser.seeds === 1) return say`one seed each, so chance is not ruled out`;
  return winner.reached === loser.reached && winner.seeds === loser.seeds
    ? say`${winner.reached} of ${winner.seeds} seeds`
    : say`${winner.reached} of ${winner.seeds} seeds against ${loser.reached} of ${loser.seeds}`;
}

/** Seeds that do not overlap may still be too few: three against three are apart by chance in one of ten cases. */
function chanceWords({ winner, loser }: RaceResult): Message {
  const isOne = winner.seeds === 1 && loser.seeds === 1;
  return isOne || leastMannWhitneyP(winner.seeds, loser.seeds) < 0.05 ? unsaid : say`, too few to rule out chance`;
}

export function resultWords(result: RaceResult, axis: XAxis): Message {
  const { kind, winner, loser, goal } = result;
  const target = goalWords(goal);
  switch (kind) {
    case 'faster': {
      const ratio = result.ratio >= 10 ? result.ratio.toFixed(0) : result.ratio.toFixed(1);
      return say`${asIs(winner.name)} took ${asIs(ratio)}x fewer ${units[axis]} to ${target} than ${asIs(loser.name)}; ${seedWords(result)}${chanceWords(result)}.`;
    }
    case 'alike':
      return say`No difference larger than the spread: ${asIs(winner.name)} and ${asIs(loser.name)} took about as many ${units[axis]} to ${target}; ${seedWords(result)}.`;
    case 'reached':
      return say`${asIs(winner.name)} reached ${target} in ${winner.reached} of ${winner.seeds} runs, ${asIs(loser.name)} in ${loser.reached} of ${loser.seeds}.`;
    default:
      return kind satisfies never;
  }
}
