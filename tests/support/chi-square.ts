// Pearson's chi-square of counts against expected shares, as a probability: how often counts of the true shares would be as far off. For tests
// of generators, whose draws are fixed by their seeds.

/** By Wilson and Hilferty's cube root, to a few per cent of itself where every expected count is at least five. */
export function chiSquareChance(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const expected = shares.map((share) => share * total);
  if (expected.some((count) => count < 5)) throw new Error('chi-square: every expected count must be at least 5');
  if (Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) > 1e-9)
    throw new Error('chi-square: shares must add up to 1');
  const statistic = counts.reduce((sum, count, i) => sum + (count - expected[i]) ** 2 / expected[i], 0);
  const freedom = counts.length - 1;
  const spread = 2 / (9 * freedom);
  return upperNormal((Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread));
}

/** P(Z > z), by Abramowitz and Stegun 26.2.17 (error below 1e-7). */
function upperNormal(z: number): number {
  if (z < 0) return 1 - upperNormal(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}

export const uniformShares = (count: number): readonly number[] => new Array<number>(count).fill(1 / count);
