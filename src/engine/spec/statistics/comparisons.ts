// Every variant against the reference on one metric: the difference in its unit first, the exact rank test beside it, Holm over all that a reader may
// pick from, and a verdict. Pure.
import { itemAt } from '../../core/item.ts';
import type { RunMetric } from '../task-metrics.ts';
import { holm } from './counts.ts';
import { pairedDifference, welchDifference } from './differences.ts';
import { sdUpper, seedsForDifference } from './planning.ts';
import { leastMannWhitneyP, leastSignedRankP, mannWhitney, poiInterval } from './ranks.ts';
import { type Interval } from './sample.ts';
import { summariseSeeds, type SeedResult, type SeedSummary } from './seeds.ts';
import type { Values, Verdict } from './claims.ts';
import { judge } from './verdicts.ts';

export interface Variant {
  readonly name: string;
  readonly results: readonly SeedResult[];
  /** Equal where runs of one seed read the same data in the same order: then they are compared pair by pair. */
  readonly data: string;
}

export interface Compared {
  /** Places of the variant and of the reference in the list. */
  readonly a: number;
  readonly b: number;
  readonly paired: boolean;
  /** Results that have no partner of the same seed. */
  readonly dropped: number;
  readonly n: readonly [a: number, b: number];
  /** a - b in the unit of the metric; null where a diverged run has no value. */
  readonly difference: number | null;
  readonly interval: Interval | null;
  readonly level: number;
  /** Of seeds between the two variants: what pairing gains. */
  readonly correlation: number | null;
  /** Exact: signed ranks of pairs, else Mann-Whitney. */
  readonly rankP: number | null;
  /** The least that this test can give with so many seeds. */
  readonly leastP: number | null;
  /** P(a better than b). */
  readonly poi: number | null;
  readonly poiInterval: Interval | null;
  /** Of the test that decides, and corrected for the number of comparisons. */
  readonly p: number | null;
  readonly adjustedP: number | null;
  /** Over "a is better than b". */
  readonly verdict: Verdict;
  /** Seeds in all that would show a difference as large as this one, with the spread as seen and with what so few seeds may hide. */
  readonly needed: readonly [least: number, most: number] | null;
}

export interface Comparison {
  readonly metric: RunMetric;
  readonly summaries: readonly SeedSummary[];
  readonly pairs: readonly Compared[];
  /** Comparisons that Holm's correction counts. */
  readonly family: number;
  readonly alpha: number;
}

interface Sides {
  readonly a: Values;
  readonly b: Values;
  readonly paired: boolean;
  readonly dropped: number;
}

/** Only seeds that all have, in one order, where runs of one seed may be put side by side; else every result of each. */
export function sideBySide(
  summaries: readonly SeedSummary[],
  mayPair: boolean,
): { readonly arms: readonly Values[]; readonly paired: boolean } {
  const [first, ...others] = summaries;
  const common = first?.seeds.filter((seed) => others.every(({ seeds }) => seeds.includes(seed))) ?? [];
  if (!mayPair || common.length < 2) return { arms: summaries.map(({ values }) => values), paired: false };
  const of = ({ seeds, values }: SeedSummary): Values => common.map((seed) => itemAt(values, seeds.indexOf(seed)));
  return { arms: summaries.map(of), paired: true };
}

function sidesOf(one: SeedSummary, other: SeedSummary, mayPair: boolean): Sides {
  const { arms, paired } = sideBySide([one, other], mayPair);
  const [a, b] = [itemAt(arms, 0), itemAt(arms, 1)];
  return { a, b, paired, dropped: one.seeds.length + other.seeds.length - a.length - b.length };
}

/** With diverged runs as the worst value; null where there is none. */
function finite(values: Values, worst: number | undefined): readonly number[] | null {
  const settled = values.map((value) => value ?? worst ?? null);
  return settled.length > 0 && settled.every((value) => value !== null) ? settled : null;
}

type Figures = Pick<Compared, 'difference' | 'interval' | 'correlation' | 'needed'> & {
  readonly signedP: number | null;
};
const nothing: Figures = { difference: null, interval: null, correlation: null, needed: null, signedP: null };

function figuresOf({ a, b, paired }: Sides, metric: RunMetric, level: number): Figures {
  const [x, y] = [finite(a, metric.worst), finite(b, metric.worst)];
  if (x === null || y === null) return nothing;
  const alpha = 1 - level;
  if (!paired) {
    const { difference, interval, d } = welchDifference(x, y, level);
    const sd = d === null || d === 0 ? null : Math.abs(difference / d);
    const n = Math.min(x.length, y.length);
    return { ...nothing, difference, interval, needed: neededFor('two-sample', difference, sd, n, alpha) };
  }
  const found = pairedDifference(x, y, level);
  const { meanDifference: difference, sdDifference: sd, interval, correlation, n, ranks } = found;
  return { difference, interval, correlation, signedP: ranks.p, needed: neededFor('paired', difference, sd, n, alpha) };
}

function neededFor(
  kind: 'paired' | 'two-sample',
  delta: number,
  sd: number | null,
  n: number,
  alpha: number,
): readonly [number, number] | null {
  if (sd === null || sd === 0 || delta === 0 || n < 2) return null;
  const of = (spread: number): number => seedsForDifference(kind, { delta, sd: spread, alpha }).corrected;
  return [of(sd), of(sdUpper(sd, n))];
}

/** Larger is better, a diverged run the worst of all. */
function ranked(values: Values, { better, worst }: RunMetric): readonly number[] {
  const sign = better === 'higher' ? 1 : -1;
  return values.map((value) => (value === null && worst === undefined ? -Infinity : sign * (value ?? worst ?? NaN)));
}

function ranksOf(
  sides: Sides,
  metric: RunMetric,
  signedP: number | null,
): Pick<Compared, 'rankP' | 'leastP' | 'poi' | 'poiInterval'> {
  const [a, b] = [ranked(sides.a, metric), ranked(sides.b, metric)];
  if (a.length === 0 || b.length === 0) return { rankP: null, leastP: null, poi: null, poiInterval: null };
  const { p, poi } = mannWhitney(a, b);
  // Where the task can fail, pairs are left aside: the verdict is over a typical run of each.
  const isSigned = sides.paired && signedP !== null && metric.canFail !== true;
  return {
    rankP: isSigned ? signedP : p,
    leastP: isSigned ? leastSignedRankP(a.length) : leastMannWhitneyP(a.length, b.length),
    poi,
    poiInterval: poiInterval(poi, a.length, b.length),
  };
}

function compared(
  variants: readonly Variant[],
  summaries: readonly SeedSummary[],
  at: { readonly a: number; readonly b: number },
  metric: RunMetric,
  alpha: number,
): Compared {
  const [one, other] = [itemAt(variants, at.a), itemAt(variants, at.b)];
  const sides = sidesOf(itemAt(summaries, at.a), itemAt(summaries, at.b), one.data === other.data);
  const { signedP, ...figures } = figuresOf(sides, metric, 1 - alpha);
  const verdict = judge({
    kind: 'better',
    a: sides.a,
    b: sides.b,
    paired: sides.paired,
    alpha,
    direction: metric.better === 'higher' ? 'max' : 'min',
    canFail: metric.canFail === true,
    ...(metric.solved === null ? {} : { solvedAt: metric.solved }),
    ...(metric.worst === undefined ? {} : { divergedValue: metric.worst }),
  });
  return {
    ...at,
    paired: sides.paired,
    dropped: sides.dropped,
    n: [sides.a.length, sides.b.length],
    level: 1 - alpha,
    ...figures,
    ...ranksOf(sides, metric, signedP),
    p: verdict.figures.p ?? null,
    adjustedP: null,
    verdict,
  };
}

/** What Holm leaves of a verdict: one of several comparisons is decided only by its corrected p. */
function corrected(one: Compared, adjustedP: number | null, alpha: number): Compared {
  const { verdict } = one;
  const isDecided = verdict.verdict === 'holds' || verdict.verdict === 'does-not-hold';
  const stays = !isDecided || adjustedP === null || adjustedP < alpha;
  return { ...one, adjustedP, verdict: stays ? verdict : { ...verdict, verdict: 'not-decided' } };
}

/** All variants against the one at `reference`. */
export function compareVariants(
  metric: RunMetric,
  variants: readonly Variant[],
  reference: number,
  alpha = 0.05,
): Comparison {
  const summaries = variants.map(({ results }) => summariseSeeds(metric, results));
  const pairs = variants.flatMap((_, a) =>
    a === reference ? [] : [compared(variants, summaries, { a, b: reference }, metric, alpha)],
  );
  const adjusted = holm(pairs.map(({ p }) => p));
  return {
    metric,
    summaries,
    pairs: pairs.map((one, at) => corrected(one, itemAt(adjusted, at), alpha)),
    family: adjusted.filter((p) => p !== null).length,
    alpha,
  };
}
