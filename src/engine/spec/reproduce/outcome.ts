// What the runs of a session say about a claim: the numbers of each arm, and a verdict on each part of the claim by the rules of statistics/. Pure.
import { itemAt } from '../../core/item.ts';
import { boundedMeanInterval } from '../statistics/bounded-mean.ts';
import type { Claim, Values, Verdict } from '../statistics/claims.ts';
import { sampleOf, type Interval } from '../statistics/sample.ts';
import { judge } from '../statistics/verdicts.ts';
import type { RunMetric } from '../task-metrics.ts';
import type { Arm, Part, Preset } from './preset.ts';

/** The last value of a run, or how it ended without one. */
export interface SeedResult {
  readonly seed: number;
  /** Null = diverged. */
  readonly value: number | null;
}

/** Finished and diverged runs of each arm by their seeds; those that are missing are not results. */
export type Results = ReadonlyMap<string, readonly SeedResult[]>;

export interface ArmOutcome {
  readonly arm: Arm;
  readonly seeds: readonly SeedResult[];
  /** Diverged runs count as the worst value where the task has one, else they are left out of it. Null = no run. */
  readonly mean: number | null;
  readonly sd: number | null;
  /** 95 %: of the mean by t, or bounded where seeds come in two heaps; null below three seeds or without spread. */
  readonly interval: Interval | null;
  readonly kind: 'mean' | 'bounded';
  readonly diverged: number;
  /** How many seeds solved the task; null where nothing counts as solved. */
  readonly solved: number | null;
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

const level = 0.95;
const fewest = 3;

/** By the seeds, so that arms can be paired. */
const inOrder = (seeds: readonly SeedResult[]): readonly SeedResult[] => seeds.toSorted((a, b) => a.seed - b.seed);

const better = (metric: RunMetric, value: number, than: number): boolean =>
  metric.better === 'higher' ? value >= than : value <= than;

function armOutcome(arm: Arm, results: Results, metric: RunMetric): ArmOutcome {
  const seeds = inOrder(results.get(arm.name) ?? []);
  const worst = metric.worst ?? null;
  const values = seeds.map(({ value }) => value ?? worst).filter((value) => value !== null);
  const sample = sampleOf(values, level);
  const bounded = metric.canFail === true && metric.unit === 'share';
  const shown = values.length >= fewest && seeds.length === values.length;
  return {
    arm,
    seeds,
    mean: sample?.mean ?? null,
    sd: sample?.sd ?? null,
    interval: !shown || sample === null ? null : bounded ? boundedMeanInterval(values, level, 0, 1) : sample.interval,
    kind: bounded ? 'bounded' : 'mean',
    diverged: seeds.filter(({ value }) => value === null).length,
    solved:
      metric.solved === null ? null : values.filter((value) => better(metric, value, metric.solved ?? NaN)).length,
  };
}

/** Values of the seeds that all of the arms have. */
function sharedSeeds(names: readonly string[], results: Results): readonly Values[] {
  const arms = names.map((name) => inOrder(results.get(name) ?? []));
  const shared = (seed: number): boolean => arms.every((arm) => arm.some((one) => one.seed === seed));
  return arms.map((arm) => arm.filter(({ seed }) => shared(seed)).map(({ value }) => value));
}

export const armsOf = (part: Part): readonly string[] => {
  if (part.kind === 'cannot') return [];
  if (part.kind === 'order') return part.arms;
  return part.kind === 'better' || part.kind === 'equals' ? [part.a, part.b] : [part.a];
};

function claimOf(part: Exclude<Part, { kind: 'cannot' }>, arms: readonly Values[], metric: RunMetric): Claim {
  const asked = {
    direction: metric.better === 'higher' ? ('max' as const) : ('min' as const),
    ...(metric.worst === undefined ? {} : { divergedValue: metric.worst }),
    ...(metric.canFail === true ? { canFail: true } : {}),
    ...(metric.solved === null ? {} : { solvedAt: metric.solved }),
  };
  const a = itemAt(arms, 0);
  switch (part.kind) {
    case 'order':
      return { kind: 'order', arms, paired: true, ...asked };
    case 'reaches':
      return { kind: 'reaches', a, x: part.x, ...asked };
    case 'equals':
      return { kind: 'equals', a, b: itemAt(arms, 1), delta: part.delta, paired: true, ...asked };
    case 'better':
      return {
        kind: 'better',
        a,
        b: itemAt(arms, 1),
        paired: true,
        ...(part.margin === undefined ? {} : { margin: part.margin }),
        ...asked,
      };
    default:
      return part satisfies never;
  }
}

function partOutcome(part: Part, results: Results, metric: RunMetric): PartOutcome {
  if (part.kind === 'cannot')
    return { part, seeds: 0, verdict: { verdict: 'cannot-be-tested-here', reason: 'blocked:budget', figures: {} } };
  const arms = sharedSeeds(armsOf(part), results);
  const seeds = Math.min(...arms.map(({ length }) => length));
  return { part, seeds, verdict: judge(claimOf(part, arms, metric)) };
}

export const outcomeOf = (preset: Preset, results: Results, metric: RunMetric): Outcome => ({
  arms: preset.arms.map((arm) => armOutcome(arm, results, metric)),
  parts: preset.parts.map((part) => partOutcome(part, results, metric)),
});
