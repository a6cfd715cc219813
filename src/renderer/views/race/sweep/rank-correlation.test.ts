// Against values worked out by hand, and the laws of a rank correlation.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageRanks, FEWEST_PAIRS, importanceOf, spearman } from './rank-correlation.ts';

describe('averageRanks', () => {
  it('shares the ranks of equal values', () => {
    expect(averageRanks([30, 10, 20, 20])).toEqual([4, 1, 2.5, 2.5]);
    expect(averageRanks([5, 5, 5])).toEqual([2, 2, 2]);
  });
  it('always adds up to n (n + 1) / 2', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (values) => {
        const sum = averageRanks(values).reduce((total, rank) => total + rank, 0);
        expect(sum).toBe((values.length * (values.length + 1)) / 2);
      }),
    );
  });
});

describe('spearman', () => {
  it('is what a person works out', () => {
    // No ties: 1 - 6 * sum(d^2) / (n (n^2 - 1)), d = 0, 1, 1, 0, 0 -> 1 - 12 / 120.
    expect(spearman([1, 2, 3, 4, 5], [10, 30, 20, 40, 50])).toBeCloseTo(0.9, 12);
    // Ties: ranks 1.5 1.5 3 4 and 1 2 3.5 3.5; sums of products of deviations 4 / sqrt(4.5 * 4.5).
    expect(spearman([1, 1, 2, 3], [1, 2, 3, 3])).toBeCloseTo(4 / 4.5, 12);
    expect(spearman([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(spearman([1, 1, 1], [1, 2, 3])).toBeNull();
  });
  it('stays within one, turns its sign with the order, and sees ranks only', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
      minLength: 3,
    });
    fc.assert(
      fc.property(pairs, (all) => {
        const [a, b] = [all.map(([x]) => x), all.map(([, y]) => y)];
        const rho = spearman(a, b);
        if (rho === null) return;
        expect(Math.abs(rho)).toBeLessThanOrEqual(1 + 1e-12);
        expect(spearman(b, a)).toBeCloseTo(rho, 12);
        expect(
          spearman(
            a.map((x) => -x),
            b,
          ),
        ).toBeCloseTo(-rho, 12);
        expect(
          spearman(
            a.map((x) => x ** 3),
            b,
          ),
        ).toBeCloseTo(rho, 12);
      }),
    );
  });
});

describe('importanceOf', () => {
  const eight = [1, 2, 3, 4, 5, 6, 7, 8];
  it('says nothing of few runs, of what does not vary, and of names without an order', () => {
    expect(importanceOf(eight.slice(1), eight.slice(1))).toEqual({ kind: 'few', n: FEWEST_PAIRS - 1 });
    expect(
      importanceOf(
        eight.map(() => 3),
        eight,
      ),
    ).toEqual({ kind: 'constant', n: 8 });
    expect(importanceOf(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b'], eight)).toEqual({ kind: 'unordered', n: 8 });
  });
  it('counts only runs that have both, and takes two names for an order', () => {
    expect(importanceOf([...eight, 9, null], [...eight, null, 9])).toMatchObject({ kind: 'rho', n: 8, rho: 1 });
    expect(
      importanceOf(
        eight.map((n) => (n > 4 ? 'GRU' : 'minGRU')),
        eight,
      ),
    ).toMatchObject({ kind: 'rho', n: 8 });
  });
});
