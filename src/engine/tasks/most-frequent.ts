// The most frequent of K equally likely tokens among n: how large its count is, and how many tokens share it. For the chance levels of the
// majority tasks.
import { itemAt } from '../core/item.ts';
import type { RandomStream } from '../core/philox.ts';
import { logFactorial } from './chance.ts';
import { addOne } from './counts.ts';

/**
 * P(no token comes more than c times), n draws of K tokens. Counts are Poisson variables given that their sum is n (Levin 1981, "A representation
 * for multinomial cumulative distribution functions"); the sum of truncated ones is close to normal, with Edgeworth's corrections.
 * Off by less than 2e-3 from n = 64 on; exact below, where the counts are multiplied out.
 */
export function noneAbove(c: number, n: number, K: number): number {
  if (c >= n) return 1;
  if (c * K < n) return 0;
  return n <= exactUpTo ? multipliedOut(c, n, K) : byPoisson(c, n, K);
}

const exactUpTo = 64;

/** n! / K^n times the coefficient of x^n in (sum of x^i / i!, i <= c)^K; all terms are positive while n <= K + 1. */
function multipliedOut(c: number, n: number, K: number): number {
  const rate = n / K;
  const terms = new Float64Array(c + 1).fill(1);
  for (let i = 1; i <= c; i++) terms[i] = (itemAt(terms, i - 1) * rate) / i;
  const power = new Float64Array(n + 1).fill(0);
  power[0] = 1;
  for (let d = 1; d <= n; d++) {
    let sum = 0;
    for (let i = 1; i <= Math.min(c, d); i++) sum += ((K + 1) * i - d) * itemAt(terms, i) * itemAt(power, d - i);
    power[d] = sum / d;
  }
  return itemAt(power, n) * Math.exp(logFactorial(n) - n * Math.log(n));
}

function byPoisson(c: number, n: number, K: number): number {
  const rate = n / K;
  let chance = Math.exp(-rate);
  const moments = [0, 0, 0, 0, 0];
  for (let i = 0; i <= c; i++) {
    for (let k = 0; k <= 4; k++) moments[k] = itemAt(moments, k) + chance * (i - rate) ** k;
    chance *= rate / (i + 1);
  }
  const [total = 0, ...raw] = moments;
  const [m1 = 0, m2 = 0, m3 = 0, m4 = 0] = raw.map((moment) => moment / total);
  const variance = m2 - m1 * m1;
  const third = (m3 - 3 * m1 * m2 + 2 * m1 ** 3) / variance ** 1.5;
  const fourth = (m4 - 4 * m1 * m3 + 6 * m1 * m1 * m2 - 3 * m1 ** 4) / variance ** 2 - 3;
  const spread = Math.sqrt(K * variance);
  const x = (-K * m1) / spread;
  const corrections =
    1 +
    (third / (6 * Math.sqrt(K))) * (x ** 3 - 3 * x) +
    (fourth / (24 * K)) * (x ** 4 - 6 * x ** 2 + 3) +
    (third ** 2 / (72 * K)) * (x ** 6 - 15 * x ** 4 + 45 * x ** 2 - 15);
  const density = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI) / spread) * corrections;
  const ofSum = logFactorial(n) - n * Math.log(n) + n;
  return Math.min(1, Math.max(0, density * Math.exp(ofSum + K * Math.log(total))));
}

/** P(the largest count is c) for c = 0 … most; what is above is counted as `most`. */
export function largestCounts(n: number, K: number, most: number): Float64Array {
  const shares = new Float64Array(most + 1);
  let below = 0;
  for (let c = 0; c < most; c++) {
    const upTo = noneAbove(c, n, K);
    shares[c] = Math.max(0, upTo - below);
    below = Math.max(below, upTo);
  }
  shares[most] = 1 - below;
  return shares;
}

/** Share of draws in which m tokens are the most frequent together, m = 0 … K, from `draws` problems of n tokens. */
export function tiesFrom(random: RandomStream, draws: number, n: number, K: number): Float64Array {
  const shares = new Float64Array(K + 1);
  const counts = new Int32Array(K);
  for (let i = 0; i < draws; i++) {
    counts.fill(0);
    for (let j = 0; j < n; j++) addOne(counts, random.below(K));
    const most = counts.reduce((a, b) => Math.max(a, b), 0);
    const tied = counts.reduce((sum, count) => sum + (count === most ? 1 : 0), 0);
    shares[tied] = itemAt(shares, tied) + 1 / draws;
  }
  return shares;
}
