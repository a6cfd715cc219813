// An order of several variants, a ratio, and how a result changes with a length (docs/user/statistics.md). Pure.
import { itemAt } from '../../core/item.ts';
import {
  alphaOf,
  allFinite,
  judged,
  read,
  settled,
  type Flat,
  type Order,
  type RatioClaim,
  type SlopeClaim,
  type Verdict,
} from './claims.ts';
import { holm } from './counts.ts';
import { ratioOf } from './ratios.ts';
import { slopeOver, type Slope } from './slopes.ts';
import { judgeBetter } from './verdict-two.ts';

interface Pair {
  readonly first: number;
  readonly second: number;
  readonly verdict: Verdict;
}

/** The other way round, as far as this pair goes. */
const isReversed = ({ verdict: { figures } }: Pair): boolean =>
  figures.poi !== undefined ? figures.poi < 0.5 : (figures.difference ?? 0) < 0;

export function judgeOrder({ arms, ...asked }: Order): Verdict {
  const pairs = arms.flatMap((a, first) =>
    arms.slice(first + 1).map((b, step): Pair => {
      const verdict = judgeBetter({ ...asked, kind: 'better', a, b });
      return { first, second: first + 1 + step, verdict };
    }),
  );
  // All neighbours must hold, which needs no correction; any pair may be found reversed, which does.
  const adjacent = pairs.filter(({ first, second }) => second === first + 1).map(({ verdict }) => verdict.verdict);
  const adjusted = holm(pairs.map(({ verdict }) => verdict.figures.p ?? null));
  const reversed = pairs.filter((pair, at) => {
    const p = itemAt(adjusted, at);
    return p !== null && p < alphaOf(asked) && isReversed(pair);
  });
  const figures = {
    adjacent,
    holm: adjusted,
    reversed: reversed.map(({ first, second }) => [first, second] as const),
  };
  if (reversed.length > 0) return judged('does-not-hold', null, figures);
  return judged(adjacent.every((one) => one === 'holds') ? 'holds' : 'not-decided', null, figures);
}

export function judgeRatio(claim: RatioClaim): Verdict {
  const { r, factor = 1.25, op = 'about', unit = 'rounds' } = claim;
  const [a, b] = [settled(claim.a, claim.divergedValue), settled(claim.b, claim.divergedValue)];
  // Of a run that never got there, there is no ratio.
  if (!allFinite(a) || !allFinite(b)) return judged('not-decided', 'diverged');
  const level = 1 - 2 * alphaOf(claim);
  const found = ratioOf(a, b, level);
  const [ratio, interval] =
    unit === 'rounds' ? [found.median, found.medianInterval] : [found.geometricMean, found.geometricInterval];
  if (interval === null) return judged('not-decided', 'no-spread', { ratio });
  const [low, high] = interval;
  const figures = { ratio, interval, level };
  return op === 'at-least'
    ? read(low >= r, high < r, figures)
    : read(r / factor < low && high < r * factor, low > r * factor || high < r / factor, figures);
}

/** Null where a run diverged and there is no worst value. */
function slopesOf(claim: Flat | SlopeClaim, logY: boolean): Slope | null {
  const rows = claim.rows.map((row) => settled(row, claim.divergedValue)).filter(allFinite);
  return rows.length < claim.rows.length ? null : slopeOver(claim.lengths, rows, 1 - 2 * alphaOf(claim), logY);
}

/** Inside, but not a straight line: then the slope is not what it seems. */
const unlessBent = (verdict: Verdict, isLine: boolean): Verdict =>
  verdict.verdict === 'holds' && !isLine ? judged('not-decided', 'not-a-line', verdict.figures) : verdict;

export function judgeFlat(claim: Flat): Verdict {
  const { delta } = claim;
  if (delta === undefined) return judged('cannot-be-tested-here', 'blocked:no-margin');
  const found = slopesOf(claim, false);
  if (found === null) return judged('not-decided', 'diverged');
  const { change, changeInterval: interval, rangeOfMeans } = found;
  if (interval === null) return judged('not-decided', 'no-spread', { change, rangeOfMeans });
  const [low, high] = interval;
  const figures = { change, interval, level: 1 - 2 * alphaOf(claim), rangeOfMeans };
  return unlessBent(
    read(-delta < low && high < delta, low > delta || high < -delta, figures),
    rangeOfMeans <= 2 * delta,
  );
}

export function judgeSlope(claim: SlopeClaim): Verdict {
  const { s, tol, logY = false } = claim;
  const found = slopesOf(claim, logY);
  if (found === null) return judged('not-decided', 'diverged');
  const { slope, interval, maxResidual, span } = found;
  if (interval === null) return judged('not-decided', 'no-spread', { slope, maxResidual });
  const [low, high] = interval;
  const figures = { slope, interval, level: 1 - 2 * alphaOf(claim), maxResidual };
  return unlessBent(
    read(s - tol < low && high < s + tol, low > s + tol || high < s - tol, figures),
    maxResidual <= (tol * span) / 2,
  );
}
