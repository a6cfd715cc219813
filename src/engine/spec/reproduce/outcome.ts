// What the runs of a session say about a claim: the seeds of each arm, and a verdict on each part of the claim, all by the rules of statistics/. Pure.
import { itemAt } from '../../core/item.ts';
import type { Claim, Verdict } from '../statistics/claims.ts';
import { sideBySide, type Variant } from '../statistics/comparisons.ts';
import { summariseSeeds, type SeedSummary } from '../statistics/seeds.ts';
import { judge } from '../statistics/verdicts.ts';
import type { RunMetric } from '../task-metrics.ts';
import type { Arm, Part, Preset } from './preset.ts';

/** The runs of each arm that has any, by its name. */
export type Results = ReadonlyMap<string, Variant>;

export interface ArmOutcome {
  readonly arm: Arm;
  readonly summary: SeedSummary;
}

export interface PartOutcome {
  readonly part: Part;
  readonly verdict: Verdict;
  /** Fewest seeds that each of its arms has. */
  readonly seeds: number;
}

export interface Outcome {
  readonly arms: readonly ArmOutcome[];
  readonly parts: readonly PartOutcome[];
}

export const armsOf = (part: Part): readonly string[] => {
  if (part.kind === 'cannot') return [];
  if (part.kind === 'order') return part.arms;
  return part.kind === 'reaches' ? [part.a] : [part.a, part.b];
};

type Judged = Exclude<Part, { kind: 'cannot' }>;

function claimOf(part: Judged, { arms, paired }: ReturnType<typeof sideBySide>, metric: RunMetric): Claim {
  const asked = {
    paired,
    direction: metric.better === 'higher' ? ('max' as const) : ('min' as const),
    ...(metric.worst === undefined ? {} : { divergedValue: metric.worst }),
    ...(metric.canFail === true ? { canFail: true } : {}),
    ...(metric.solved === null ? {} : { solvedAt: metric.solved }),
  };
  if (part.kind === 'order') return { kind: 'order', arms, ...asked };
  const a = itemAt(arms, 0);
  if (part.kind === 'reaches') return { kind: 'reaches', a, x: part.x, ...asked };
  const b = itemAt(arms, 1);
  if (part.kind === 'equals') return { kind: 'equals', a, b, delta: part.delta, ...asked };
  if (part.kind === 'better') return { kind: 'better', a, b, ...asked };
  // Ranks know no margin: a is as much better as it may be behind. A diverged run stays what it is.
  const by = metric.better === 'higher' ? part.by : -part.by;
  return { kind: 'better', a: a.map((value) => (value === null ? null : value + by)), b, ...asked };
}

/** The difference as it is, without what a was allowed to be behind. */
function asSeen(part: Judged, verdict: Verdict): Verdict {
  const { difference, interval } = verdict.figures;
  if (part.kind !== 'not-behind' || difference === undefined) return verdict;
  const seen = interval ? { interval: [interval[0] - part.by, interval[1] - part.by] as const } : {};
  return { ...verdict, figures: { ...verdict.figures, difference: difference - part.by, ...seen } };
}

function partOutcome(part: Part, results: Results, metric: RunMetric): PartOutcome {
  if (part.kind === 'cannot')
    return { part, seeds: 0, verdict: { verdict: 'cannot-be-tested-here', reason: 'blocked:budget', figures: {} } };
  const variants = armsOf(part).map((name) => results.get(name));
  const summaries = variants.map((variant) => summariseSeeds(metric, variant?.results ?? []));
  // Seeds draw the same data for two arms only where task and batch are the same.
  const sides = sideBySide(summaries, new Set(variants.map((variant) => variant?.data)).size === 1);
  const seeds = Math.min(...sides.arms.map(({ length }) => length));
  return { part, seeds, verdict: asSeen(part, judge(claimOf(part, sides, metric))) };
}

export const outcomeOf = (preset: Preset, results: Results, metric: RunMetric): Outcome => ({
  arms: preset.arms.map((arm) => ({ arm, summary: summariseSeeds(metric, results.get(arm.name)?.results ?? []) })),
  parts: preset.parts.map((part) => partOutcome(part, results, metric)),
});
