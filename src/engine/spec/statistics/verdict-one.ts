// Whether one variant reaches a number: by the interval of its mean, or by the share of its runs where a mean says little (docs/user/statistics.md,
// "A reaches x"). Pure.
import {
  alphaOf,
  allFinite,
  judged,
  read,
  settled,
  signOf,
  type Reaches,
  type Values,
  type Verdict,
} from './claims.ts';
import { clopperPearson, reachedOf } from './counts.ts';
import { allEqual, sampleOf } from './sample.ts';

/** By the share of runs that are as good as x: more than half, or less. */
export function byCounts(values: Values, isReached: (value: number) => boolean, alpha: number): Verdict {
  const count = reachedOf(values, isReached);
  const rateInterval = clopperPearson(count, 1 - 2 * alpha);
  const [low, high] = rateInterval;
  const outcome = low > 0.5 ? 'holds' : high < 0.5 ? 'does-not-hold' : 'not-decided';
  return judged(outcome, 'counts', { reached: count[0], of: count[1], rateInterval, level: 1 - 2 * alpha });
}

export function judgeReaches(claim: Reaches): Verdict {
  const { x, reading = 'mean', canFail = false, divergedValue } = claim;
  const [alpha, sign] = [alphaOf(claim), signOf(claim)];
  const values = settled(claim.a, divergedValue);
  const counted = (): Verdict => byCounts(values, (value) => sign * value >= sign * x, alpha);
  if (reading === 'most' || canFail || !allFinite(values) || allEqual(values)) return counted();
  const level = 1 - 2 * alpha;
  const sample = sampleOf(values, level);
  if (sample === null || sample.interval === null) return counted();
  const { mean, interval } = sample;
  const [low, high] = sign === 1 ? interval : [-interval[1], -interval[0]];
  return read(low >= sign * x, high < sign * x, { mean, interval, level });
}
