// Student's t, normal, beta, chi-square and binomial distributions in float64, from the incomplete beta and gamma functions (Abramowitz and
// Stegun 6.1.41, 6.5.29, 6.5.31, 26.5.8). Quantiles halve the interval, so they are as exact as the functions. Pure.

/** Coefficients of Stirling's series: B(2k) / (2k (2k - 1)). */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156, -3617 / 122_400];

/** Logarithm of the gamma function for x > 0: Stirling's series where it is exact to the last digit, the recurrence below. */
export function lnGamma(x: number): number {
  let [shift, at] = [1, x];
  while (at < 16) shift *= at++;
  const series = stirling.reduce((sum, coefficient, k) => sum + coefficient / at ** (2 * k + 1), 0);
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - Math.log(shift);
}

const tiny = 1e-300;
const kept = (value: number): number => (Math.abs(value) < tiny ? tiny : value);

/** A continued fraction b0 + a1/(b1 + a2/(b2 + ..)) by Lentz's method. */
function continued(b0: number, term: (k: number) => readonly [a: number, b: number]): number {
  let value = kept(b0);
  let [c, d] = [value, 0];
  for (let k = 1; k < 10_000; k++) {
    const [a, b] = term(k);
    d = 1 / kept(b + a * d);
    c = kept(b + a / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return value;
}

/** I_x(a, b), the share of a beta distribution below x; `y` = 1 - x, given so that nothing is lost near 1. */
export function betaShare(a: number, b: number, x: number, y = 1 - x): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(b, a, y, x);
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log(y)) / a;
  const fraction = continued(1, (step) => {
    const m = step >> 1;
    if (step % 2 === 1) return [(-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)), 1];
    return [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), 1];
  });
  return front / fraction;
}

/** The upper share Q(a, x) of a gamma distribution, and the lower one; the smaller is computed. */
export function gammaShares(a: number, x: number): { readonly below: number; readonly above: number } {
  if (x <= 0) return { below: 0, above: 1 };
  const front = Math.exp(a * Math.log(x) - x - lnGamma(a));
  if (x < a + 1) {
    let [sum, part] = [1 / a, 1 / a];
    for (let k = 1; part > sum * 1e-17; k++) {
      part *= x / (a + k);
      sum += part;
    }
    return { below: front * sum, above: 1 - front * sum };
  }
  const above = front / continued(x + 1 - a, (k) => [-k * (k - a), x + 2 * k + 1 - a]);
  return { below: 1 - above, above };
}

/** Where a falling function crosses `level`, between two positions: halved until they are neighbours. */
function crossing(low: number, high: number, isAbove: (x: number) => boolean): number {
  let [from, to] = [low, high];
  for (let halving = 0; halving < 200; halving++) {
    const middle = (from + to) / 2;
    if (middle <= from || middle >= to) break;
    if (isAbove(middle)) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

/** From 0 on, past the crossing. */
function beyond(isAbove: (x: number) => boolean): number {
  let high = 1;
  while (isAbove(high) && high < 1e300) high *= 2;
  return high;
}

/** P(|T| > |t|): the two-sided p. */
export function tTwoSided(t: number, df: number): number {
  const square = t * t;
  if (!Number.isFinite(square)) return 0;
  return betaShare(df / 2, 0.5, df / (df + square), square / (df + square));
}

const knownT = new Map<string, number>();

/** t with P(T < t) = p; the tables of a screen ask for the same few again and again. */
export function tQuantile(p: number, df: number): number {
  const key = `${p} ${df}`;
  const known = knownT.get(key);
  if (known !== undefined) return known;
  const found = tSolved(p, df);
  if (knownT.size > 1000) knownT.clear();
  knownT.set(key, found);
  return found;
}

function tSolved(p: number, df: number): number {
  if (p < 0.5) return -tQuantile(1 - p, df);
  const isAbove = (t: number): boolean => tTwoSided(t, df) > 2 * (1 - p);
  return p === 0.5 ? 0 : crossing(0, beyond(isAbove), isAbove);
}

/** P(Z > z) for any z, exact in its tail. */
export const normalAbove = (z: number): number =>
  z < 0 ? 1 - normalAbove(-z) : gammaShares(0.5, (z * z) / 2).above / 2;

export const normalBelow = (z: number): number => normalAbove(-z);

/** z with P(Z < z) = p; infinite at 0 and 1. */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  if (p > 0.5) return -normalQuantile(1 - p);
  const isAbove = (z: number): boolean => normalAbove(z) > p;
  return p === 0.5 ? 0 : -crossing(0, beyond(isAbove), isAbove);
}

/** x with I_x(a, b) = p. */
export const betaQuantile = (p: number, a: number, b: number): number =>
  p <= 0 ? 0 : p >= 1 ? 1 : crossing(0, 1, (x) => betaShare(a, b, x) < p);

/** x with P(X < x) = p for a chi-square distribution. */
export function chiSquareQuantile(p: number, df: number): number {
  const isAbove = (x: number): boolean => gammaShares(df / 2, x / 2).below < p;
  return crossing(0, beyond(isAbove), isAbove);
}

/** Ways to choose k of n; exact below 2^53. */
export function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) ways = (ways * (n - Math.min(k, n - k) + i)) / i;
  return ways;
}
