// Laws of comparisons and verdicts: what exchanging the sides, turning the direction and correcting for many may change, and the limits the document
// states.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Better, Claim, Equals } from './claims.ts';
import { holm, rateDifference, type Count } from './counts.ts';
import { bestOfK, seedsForDifference, seedsForEquality } from './planning.ts';
import { ratioOf } from './ratios.ts';
import { sampleOf } from './sample.ts';
import { judge } from './verdicts.ts';

const dyadic = fc.integer({ min: -2048, max: 2048 }).map((value) => value / 1024);
const runs = (minLength: number, maxLength: number) => fc.array(dyadic, { minLength, maxLength });
const close = (got: number, want: number, digits = 1e-9): void =>
  expect(Math.abs(got - want)).toBeLessThanOrEqual(digits * Math.max(1, Math.abs(want)));

describe('several comparisons', () => {
  it('Holm never lowers a p, keeps their order, and is Bonferroni for the smallest', () => {
    const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(ps, (p) => {
        const adjusted = holm(p).map((value) => value ?? NaN);
        p.forEach((value, at) => expect(adjusted[at]).toBeGreaterThanOrEqual(value));
        const least = p.indexOf(Math.min(...p));
        close(adjusted[least] ?? NaN, Math.min(1, p.length * (p[least] ?? NaN)), 1e-12);
        p.forEach((one, i) =>
          p.forEach((other, j) => {
            if (one < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] ?? NaN);
          }),
        );
      }),
    );
  });

  it('solved shares differ by the negative for the sides exchanged', () => {
    const count = fc
      .integer({ min: 1, max: 12 })
      .chain((n) => fc.integer({ min: 0, max: n }).map((k): Count => [k, n]));
    fc.assert(
      fc.property(count, count, (a, b) => {
        const [there, back] = [rateDifference(a, b, 0.95), rateDifference(b, a, 0.95)];
        close(back.interval[0], -there.interval[1], 1e-12);
        close(back.fisherP, there.fisherP, 1e-12);
        expect(there.interval[0]).toBeLessThanOrEqual(there.difference + 1e-12);
      }),
    );
  });

  it('ratios turn over with their sides', () => {
    const times = fc.array(fc.integer({ min: 1, max: 4096 }), { minLength: 2, maxLength: 24 });
    fc.assert(
      fc.property(times, (all) => {
        const half = all.length >> 1;
        const [a, b] = [all.slice(0, half), all.slice(half, 2 * half)];
        const [there, back] = [ratioOf(a, b, 0.95), ratioOf(b, a, 0.95)];
        close(there.median * back.median, 1, 1e-12);
        close(there.geometricMean * back.geometricMean, 1, 1e-12);
        if (there.medianInterval && back.medianInterval)
          close(there.medianInterval[0] * back.medianInterval[1], 1, 1e-12);
      }),
    );
  });

  it('the best of k grows with k, begins at the mean and ends at the best', () => {
    fc.assert(
      fc.property(runs(1, 12), (values) => {
        const { unbiased, plugIn } = bestOfK(values, 'max');
        close(unbiased[0] ?? NaN, sampleOf(values, 0.95)?.mean ?? NaN, 1e-12);
        close(unbiased.at(-1) ?? NaN, Math.max(...values), 1e-12);
        for (let k = 1; k < values.length; k++) {
          expect(unbiased[k]).toBeGreaterThanOrEqual((unbiased[k - 1] ?? NaN) - 1e-12);
          expect(plugIn[k]).toBeLessThanOrEqual((unbiased[k] ?? NaN) + 1e-12);
        }
      }),
    );
  });

  it('asks for the seeds that the document states', () => {
    expect(seedsForDifference('paired', { delta: 0.02, sd: 0.03 })).toEqual({ normal: 18, corrected: 20 });
    expect(seedsForEquality('paired', { delta: 1, sd: 1 })).toBe(Math.ceil(2.926 ** 2));
    expect(seedsForEquality('two-sample', { delta: 1, sd: 1 })).toBe(Math.ceil(2 * 2.926 ** 2));
  });
});

describe('verdicts', () => {
  const decided = { holds: 'does-not-hold', 'does-not-hold': 'holds' } as const;

  it('turn over with their sides, and with the direction of the metric', () => {
    fc.assert(
      fc.property(runs(3, 8), runs(3, 8), fc.boolean(), fc.boolean(), (a, b, canFail, paired) => {
        const claim: Better = { kind: 'better', a, b, canFail, paired: paired && a.length === b.length };
        const one = judge(claim);
        const turned = judge({ ...claim, a: b, b: a });
        const isDecided = one.verdict === 'holds' || one.verdict === 'does-not-hold';
        expect(turned.verdict).toBe(isDecided ? decided[one.verdict] : one.verdict);
        const negative = (values: readonly number[]): number[] => values.map((value) => -value);
        const other = judge({ ...claim, direction: 'min', a: negative(a), b: negative(b) });
        expect(other.verdict).toBe(one.verdict);
      }),
    );
  });

  it('of sameness do not depend on which side comes first', () => {
    fc.assert(
      fc.property(runs(3, 8), runs(3, 8), fc.boolean(), (a, b, canFail) => {
        const claim: Equals = { kind: 'equals', a, b, delta: 0.25, canFail, solvedAt: 1 };
        expect(judge({ ...claim, a: b, b: a }).verdict).toBe(judge(claim).verdict);
      }),
    );
  });

  it('never hold at two seeds, without a margin, on the best of a test, or where something is missing', () => {
    const [a, b] = [
      [0.9, 0.91, 0.92],
      [0.1, 0.11, 0.12],
    ];
    const better: Claim = { kind: 'better', a, b };
    expect(judge(better).verdict).toBe('holds');
    expect(judge({ ...better, a: a.slice(1) })).toMatchObject({ verdict: 'not-decided', reason: 'too-few-seeds' });
    expect(judge({ kind: 'equals', a, b })).toMatchObject({
      verdict: 'cannot-be-tested-here',
      reason: 'blocked:no-margin',
    });
    expect(judge({ ...better, protocol: { checkpoint: 'best-on-test' } }).reason).toBe('protocol:checkpoint');
    expect(judge({ ...better, protocol: { seedsDeclared: false } }).reason).toBe('protocol:seeds');
    expect(judge({ ...better, protocol: { equalTuning: false } }).reason).toBe('protocol:tuning');
    expect(judge({ ...better, blocked: ['budget', 'data'] }).reason).toBe('blocked:budget');
  });

  it('of a task whose seeds come in two heaps need counts that decide: 5 of 5, 7 of 8, 9 of 10, never three or four', () => {
    const seeds = (solved: number, of: number): number[] =>
      Array.from({ length: of }, (_, at) => (at < solved ? 0.99 : 0.4));
    const verdictOf = (solved: number, of: number): string =>
      judge({ kind: 'reaches', a: seeds(solved, of), x: 0.95, canFail: true }).verdict;
    for (const [solved, of] of [
      [5, 5],
      [7, 8],
      [9, 10],
    ] as const) {
      expect(verdictOf(solved, of)).toBe('holds');
      expect(verdictOf(of - solved, of)).toBe('does-not-hold');
    }
    for (const of of [3, 4])
      for (let solved = 0; solved <= of; solved++) expect(verdictOf(solved, of)).toBe('not-decided');
  });
});
