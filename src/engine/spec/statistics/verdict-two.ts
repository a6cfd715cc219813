// Two variants, or one and a published number: whether one is better, and whether they are the same within a margin (docs/user/statistics.md). Where
// seeds come in two heaps, ranks and solved counts decide, since a mean of heaps says little. Pure.
import {
  alphaOf,
  allFinite,
  judged,
  read,
  settled,
  signOf,
  type Better,
  type Equals,
  type Figures,
  type Reason,
  type Values,
  type Verdict,
} from './claims.ts';
import { clopperPearson, rateDifference, reachedOf } from './counts.ts';
import { pairedDifference, welchDifference } from './differences.ts';
import { mannWhitney } from './ranks.ts';
import { sampleOf, type Interval } from './sample.ts';
import { byCounts } from './verdict-one.ts';

interface Difference {
  readonly difference: number;
  readonly interval: Interval | null;
  readonly p: number | null;
}

/** By seed, or Welch's; of a published number the mean against a point. */
function differenceOf(
  a: readonly number[],
  b: readonly number[] | number,
  isPaired: boolean,
  level: number,
): Difference {
  if (typeof b === 'number') {
    const sample = sampleOf(
      a.map((value) => value - b),
      level,
    );
    if (sample === null) throw new Error('verdict: at least one run is required');
    return { difference: sample.mean, interval: sample.interval, p: null };
  }
  if (!isPaired) return welchDifference(a, b, level);
  const pairs = Math.min(a.length, b.length);
  const { meanDifference, interval, p } = pairedDifference(a.slice(0, pairs), b.slice(0, pairs), level);
  return { difference: meanDifference, interval, p };
}

/** The p of a point has no part in a verdict. */
const figuresOf = ({ difference, interval, p }: Difference, level: number): Figures => ({
  difference,
  ...(interval === null ? {} : { interval, level }),
  ...(p === null ? {} : { p }),
});

type Sides = { readonly a: Values; readonly b: Values | number };

/** Larger is better, diverged runs as the worst value where there is one. */
function sidesOf({ a, b, divergedValue, ...asked }: Better | Equals, sign: 1 | -1): Sides {
  const turned = (values: Values): Values =>
    settled(values, divergedValue).map((value) => (value === null ? null : sign * value));
  return { a: turned(a), b: 'published' in b ? sign * b.published : turned(b), ...asked };
}

/** Ranks of all runs, a diverged one worst and tied with its kind. */
const ranksOf = (a: Values, b: Values): { readonly p: number; readonly poi: number } => {
  const ranked = (values: Values): readonly number[] => values.map((value) => value ?? -Infinity);
  return mannWhitney(ranked(a), ranked(b));
};

/** By the exact test; `open` is why it is not decided. */
function byRanks(a: Values, b: Values, alpha: number, open: Reason, more: Figures): Verdict {
  const { p, poi } = ranksOf(a, b);
  const figures = { p, poi, ...more };
  if (!(p < alpha) || poi === 0.5) return judged('not-decided', open, figures);
  return judged(poi > 0.5 ? 'holds' : 'does-not-hold', 'ranks', figures);
}

const meanDifference = (a: Values, b: Values): Figures =>
  allFinite(a) && allFinite(b) ? { difference: welchDifference(a, b, 0.95).difference } : {};

export function judgeBetter(claim: Better): Verdict {
  const { margin = 0, paired = false, canFail = false } = claim;
  const alpha = alphaOf(claim);
  const { a, b } = sidesOf(claim, signOf(claim));
  if (typeof b === 'number') return judgeBeyond(a, b, margin, canFail, alpha);
  if (!allFinite(a) || !allFinite(b)) {
    const ranks = byRanks(a, b, alpha, 'diverged', {});
    // A margin is in units, which ranks have none of.
    return ranks.verdict === 'holds' && margin > 0 ? judged('not-decided', 'diverged', ranks.figures) : ranks;
  }
  if (canFail) {
    const ranks = byRanks(a, b, alpha, 'ranks', meanDifference(a, b));
    if (ranks.verdict !== 'holds' || margin <= 0) return ranks;
  }
  const found = differenceOf(a, b, paired && !canFail, 1 - alpha);
  if (found.interval !== null)
    return read(found.interval[0] > margin, found.interval[1] < margin, figuresOf(found, 1 - alpha));
  const ranks = byRanks(a, b, alpha, 'no-spread', { difference: found.difference });
  return ranks.verdict === 'holds' && found.difference <= margin
    ? judged('not-decided', 'no-spread', ranks.figures)
    : ranks;
}

/** Against a published number: the mean, or the share of runs beyond it. */
function judgeBeyond(a: Values, point: number, margin: number, canFail: boolean, alpha: number): Verdict {
  const counted = (): Verdict => byCounts(a, (value) => value >= point + margin, alpha);
  if (canFail || !allFinite(a)) return counted();
  const found = differenceOf(a, point, false, 1 - alpha);
  if (found.interval === null) return counted();
  return read(found.interval[0] > margin, found.interval[1] < margin, figuresOf(found, 1 - alpha));
}

export function judgeEquals(claim: Equals): Verdict {
  const { delta, paired = false, canFail = false } = claim;
  if (delta === undefined) return judged('cannot-be-tested-here', 'blocked:no-margin');
  const level = 1 - 2 * alphaOf(claim);
  // Plain differences: which side is better plays no part.
  const { a, b } = sidesOf(claim, 1);
  if (!allFinite(a) || (typeof b !== 'number' && !allFinite(b))) return judged('not-decided', 'diverged');
  const rates = canFail ? ratesOf(claim, a, b, delta, level) : null;
  const found = differenceOf(a, b, paired, level);
  const figures = { ...figuresOf({ ...found, p: null }, level), ...rates?.figures };
  if (rates?.isOutside === true && typeof b !== 'number') return judged('does-not-hold', 'rates', figures);
  if (found.interval === null) return judged('not-decided', 'no-spread', figures);
  const [low, high] = found.interval;
  const [isInside, isOutside] = [-delta < low && high < delta, low > delta || high < -delta];
  const isOpen =
    rates !== null && ((isInside && !rates.isInside) || (isOutside && typeof b === 'number' && !rates.isOutside));
  return isOpen ? judged('not-decided', 'rates', figures) : read(isInside, isOutside, figures);
}

interface Rates {
  readonly isInside: boolean;
  readonly isOutside: boolean;
  readonly figures: Figures;
}

/** Shares of solved runs must agree as well: means alone call a task solved by nine in ten and by seven in ten equal too often. */
function ratesOf(
  { solvedAt, rateDelta = 0.2, ...asked }: Equals,
  a: readonly number[],
  b: readonly number[] | number,
  delta: number,
  level: number,
): Rates {
  const sign = signOf(asked);
  const solved = (value: number): boolean => solvedAt !== undefined && sign * value >= sign * solvedAt;
  if (typeof b === 'number') {
    const solvedInterval = clopperPearson(reachedOf(a, solved), level);
    const near = clopperPearson(
      reachedOf(a, (value) => Math.abs(value - b) <= delta),
      level,
    );
    return { isInside: solvedInterval[0] > 0.8, isOutside: near[1] < 0.5, figures: { solvedInterval } };
  }
  const { interval } = rateDifference(reachedOf(a, solved), reachedOf(b, solved), level);
  return {
    isInside: interval[0] > -rateDelta && interval[1] < rateDelta,
    isOutside: interval[0] > rateDelta || interval[1] < -rateDelta,
    figures: { rateInterval: interval },
  };
}
