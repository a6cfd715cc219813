// Laws of the statistics that hold for any numbers: symmetry, order, scale, agreement of two ways to the same figure, and the limits the document
// states. Golden values are in engine/verify/golden.test.ts; coverage and error rates in bench/statistics.bench.ts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrap, drawnResamples, exactBootstrap, multisetsOf } from './bootstrap.ts';
import { boundedMeanInterval } from './bounded-mean.ts';
import { clopperPearson, fisherExact } from './counts.ts';
import { pairedDifference, welchDifference } from './differences.ts';
import {
  betaQuantile,
  betaShare,
  chiSquareQuantile,
  gammaShares,
  lnGamma,
  normalBelow,
  normalQuantile,
  tQuantile,
  tTwoSided,
} from './distributions.ts';
import { mannWhitney, poiInterval, signedRank } from './ranks.ts';
import { describe as described, iqmOf, sampleOf } from './sample.ts';

/** Multiples of 1/1024, so that ties and shifts are exact. */
const dyadic = fc.integer({ min: -2048, max: 2048 }).map((value) => value / 1024);
const runs = (minLength: number, maxLength: number) => fc.array(dyadic, { minLength, maxLength });
const close = (got: number, want: number, digits = 1e-9): void =>
  expect(Math.abs(got - want)).toBeLessThanOrEqual(digits * Math.max(1, Math.abs(want)));

describe('distributions', () => {
  it('have the values that are known exactly', () => {
    for (let n = 1; n < 30; n++) {
      close(
        lnGamma(n + 1),
        Array.from({ length: n }, (_, i) => Math.log(i + 1)).reduce((a, b) => a + b, 0),
        1e-14,
      );
    }
    close(lnGamma(0.5), Math.log(Math.PI) / 2, 1e-15);
    // One degree of freedom is Cauchy, two have a root.
    for (const p of [0.6, 0.9, 0.975, 0.9995]) {
      close(tQuantile(p, 1), Math.tan(Math.PI * (p - 0.5)), 1e-12);
      close(tQuantile(p, 2), ((2 * p - 1) * Math.SQRT2) / Math.sqrt(1 - (2 * p - 1) ** 2), 1e-12);
      close(chiSquareQuantile(p, 2), -2 * Math.log(1 - p), 1e-12);
    }
    close(normalQuantile(0.975), 1.959963984540054, 1e-14);
    close(normalQuantile(1e-12), -7.034483825301132, 1e-12);
  });

  it('and their quantiles are inverses, and both tails are symmetric', () => {
    const share = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
    fc.assert(
      fc.property(share, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (p, a, b) => {
        close(normalBelow(normalQuantile(p)), p, 1e-13);
        close(tTwoSided(tQuantile(p, a), a), 2 * Math.min(p, 1 - p), 1e-12);
        close(betaShare(a, b, betaQuantile(p, a, b)), p, 1e-12);
        close(betaShare(a, b, p) + betaShare(b, a, 1 - p), 1, 1e-13);
        close(gammaShares(a / 2, chiSquareQuantile(p, a) / 2).below, p, 1e-12);
        expect(tQuantile(1 - p, a)).toBeCloseTo(-tQuantile(p, a), 6);
      }),
    );
  });
});

describe('one sample', () => {
  it('does not depend on the order, and moves and stretches with the numbers', () => {
    fc.assert(
      fc.property(runs(2, 12), fc.integer({ min: 1, max: 64 }), dyadic, (values, by, shift) => {
        const one = sampleOf(values, 0.95);
        const turned = sampleOf(values.toReversed(), 0.95);
        const moved = sampleOf(
          values.map((value) => by * value + shift),
          0.95,
        );
        if (one === null || turned === null || moved === null) throw new Error('a sample is required');
        close(turned.mean, one.mean, 1e-14);
        close(turned.iqm, one.iqm, 1e-14);
        close(moved.mean, by * one.mean + shift, 1e-12);
        close(moved.sd ?? 0, by * (one.sd ?? 0), 1e-12);
        expect(moved.interval === null).toBe(one.interval === null);
        if (one.interval && moved.interval) close(moved.interval[0], by * one.interval[0] + shift, 1e-12);
      }),
    );
  });

  it('counts a diverged run as the worst value or has no mean', () => {
    expect(described([0.5, null], 0.95)).toMatchObject({ runs: 2, diverged: 1, headline: null, finiteOnly: { n: 1 } });
    expect(described([0.5, null], 0.95, 0.1).headline).toMatchObject({ n: 2, mean: 0.3 });
    // Decimals that are all equal have no spread, whatever their sum rounds to.
    expect(described([0.1, 0.1, 0.1], 0.95)).toMatchObject({
      noSpread: true,
      headline: { mean: 0.1, sd: 0, interval: null },
    });
    expect(iqmOf([1, 5, 9])).toBe(5);
    expect(iqmOf([1, 5, 6, 100])).toBe(5.5);
  });

  it('has a bounded interval that is that of Clopper and Pearson for zeros and ones', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 15 }), (values) => {
        const solved = values.filter((value) => value === 1).length;
        const [low, high] = boundedMeanInterval(values, 0.95, 0, 1);
        const exact = clopperPearson([solved, values.length], 0.95);
        close(low, exact[0], 1e-12);
        close(high, exact[1], 1e-12);
      }),
    );
    // Of equal values it has a closed form: three seeds at 0.99 are 0.29 to 0.997.
    for (const n of [3, 5, 10]) {
      const [low, high] = boundedMeanInterval(new Array<number>(n).fill(0.99), 0.95, 0, 1);
      close(low, 0.99 * 0.025 ** (1 / n), 1e-12);
      close(high, 1 - 0.01 * 0.025 ** (1 / n), 1e-12);
    }
  });

  it('has a bounded interval that holds the mean, mirrors, and grows with the level', () => {
    const share = fc.integer({ min: 0, max: 1024 }).map((value) => value / 1024);
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 12 }), (values) => {
        const [low, high] = boundedMeanInterval(values, 0.95, 0, 1);
        const mean = sampleOf(values, 0.95)?.mean ?? NaN;
        expect(low).toBeLessThanOrEqual(mean);
        expect(high).toBeGreaterThanOrEqual(mean);
        const mirrored = boundedMeanInterval(
          values.map((value) => 1 - value),
          0.95,
          0,
          1,
        );
        close(mirrored[0], 1 - high);
        close(mirrored[1], 1 - low);
        expect(boundedMeanInterval(values, 0.99, 0, 1)[0]).toBeLessThanOrEqual(low + 1e-12);
      }),
    );
  });
});

describe('the bootstrap', () => {
  it('lists every resample once', () => {
    const sets = multisetsOf([1, 2, 3, 4]);
    expect(sets).toHaveLength(35);
    expect(sets.reduce((sum, { weight }) => sum + weight, 0)).toBe(256);
  });

  it('draws the same resamples for the same data, and others for other data', () => {
    const values = Array.from({ length: 10 }, (_, i) => i / 16);
    const once = drawnResamples(values, 'iqm', 0.95);
    expect(drawnResamples(values, 'iqm', 0.95)).toEqual(once);
    expect(drawnResamples(values.toReversed(), 'iqm', 0.95)).not.toEqual(once);
    const counts = new Array<number>(10).fill(0);
    for (const place of once.flat()) counts[place] = (counts[place] ?? NaN) + 1;
    const chi = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chi).toBeLessThan(chiSquareQuantile(0.9999, 9));
  });

  it('drawn is close to listed', () => {
    const values = [0.71, 0.78, 0.74, 0.92, 0.83, 0.69, 0.88, 0.75, 0.81];
    const found = bootstrap(values, 'mean', 0.95);
    expect(found.multisets).toBeNull();
    const listed = exactBootstrap(values, 'mean', 0.95);
    expect(listed.multisets).toBe(24_310);
    expect(Math.abs((found.percentile?.[0] ?? NaN) - (listed.percentile?.[0] ?? NaN))).toBeLessThan(0.003);
    expect(Math.abs((found.bca?.[1] ?? NaN) - (listed.bca?.[1] ?? NaN))).toBeLessThan(0.003);
  });
});

describe('two samples', () => {
  it('give the negative for the sides exchanged', () => {
    fc.assert(
      fc.property(runs(2, 9), runs(2, 9), (a, b) => {
        const [there, back] = [welchDifference(a, b, 0.95), welchDifference(b, a, 0.95)];
        expect(back.p).toBe(there.p);
        close(back.difference, -there.difference, 1e-14);
        if (there.interval && back.interval) close(back.interval[1], -there.interval[0], 1e-12);
        close(there.ranks.poi + back.ranks.poi, 1, 1e-14);
        close(back.ranks.p, there.ranks.p, 1e-12);
        close(back.ranks.poiInterval[0], 1 - there.ranks.poiInterval[1], 1e-9);
        const n = Math.min(a.length, b.length);
        const [one, other] = [
          pairedDifference(a.slice(0, n), b.slice(0, n), 0.95),
          pairedDifference(b.slice(0, n), a.slice(0, n), 0.95),
        ];
        expect(other.p).toBe(one.p);
        expect(other.ranks.p).toBeCloseTo(one.ranks.p, 12);
        expect(other.ranks.wPlus).toBe(one.ranks.wMinus);
      }),
    );
  });

  it('rank alike under any growing function, and count by brute force', () => {
    fc.assert(
      fc.property(runs(1, 4), runs(1, 4), (a, b) => {
        const found = mannWhitney(a, b);
        const grown = (values: readonly number[]): number[] => values.map((value) => value ** 3 + 2 * value);
        expect(mannWhitney(grown(a), grown(b))).toEqual(found);
        const pairs = a.flatMap((x) => b.map((y): number => (x > y ? 1 : x === y ? 0.5 : 0)));
        close(
          found.u,
          pairs.reduce((sum, one) => sum + one, 0),
        );
        close(found.p, byPermutation(a, b));
      }),
    );
  });

  it('signed ranks count over all signs', () => {
    fc.assert(
      fc.property(runs(1, 7), (differences) => {
        const used = differences.filter((one) => one !== 0);
        const seen = signedRank(differences);
        const all = Array.from(
          { length: 2 ** used.length },
          (_, signs) => signedRank(used.map((one, at) => ((signs >> at) & 1 ? 1 : -1) * Math.abs(one))).wPlus,
        );
        const below = all.filter((one) => one <= seen.wPlus).length;
        const from = all.filter((one) => one >= seen.wPlus).length;
        close(seen.p, Math.min(1, (2 * Math.min(below, from)) / all.length));
      }),
    );
  });

  it('cannot reach 5 % with three against three', () => {
    expect(mannWhitney([4, 5, 6], [1, 2, 3]).p).toBeCloseTo(0.1, 12);
    expect(mannWhitney([5, 6, 7, 8], [1, 2, 3, 4]).p).toBeLessThan(0.05);
    expect(poiInterval(1, 3, 3)[0]).toBeCloseTo(0.501, 3);
    expect(poiInterval(1, 5, 5)[0]).toBeCloseTo(0.643, 3);
    expect(fisherExact([3, 3], [0, 3])).toBeCloseTo(0.1, 12);
    expect(fisherExact([4, 4], [0, 4])).toBeLessThan(0.05);
  });
});

/** Two-sided by listing every split. */
function byPermutation(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b];
  const u = (chosen: readonly number[], others: readonly number[]): number =>
    chosen.reduce((sum, x) => sum + others.reduce((part, y) => part + (x > y ? 1 : x === y ? 0.5 : 0), 0), 0);
  const seen = u(a, b);
  const splits: number[] = [];
  for (let mask = 0; mask < 2 ** all.length; mask++) {
    const isIn = (at: number): boolean => ((mask >> at) & 1) === 1;
    const chosen = all.filter((_, at) => isIn(at));
    if (chosen.length === a.length)
      splits.push(
        u(
          chosen,
          all.filter((_, at) => !isIn(at)),
        ),
      );
  }
  const below = splits.filter((one) => one <= seen + 1e-9).length;
  const from = splits.filter((one) => one >= seen - 1e-9).length;
  return Math.min(1, (2 * Math.min(below, from)) / splits.length);
}
