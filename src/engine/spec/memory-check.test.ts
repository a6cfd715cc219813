// Properties of the check of planned memory: what counts as a mismatch, what a run keeps, and that an unmeasured run has no check.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocated, keptGrowth, memoryCheck, unmeasured, withGrowth, worstCheck } from './memory-check.ts';
import type { RunFacts } from './metrics.ts';

const page = 2 ** 16;
const factsOf = (total: number): RunFacts => ({
  parameters: 1,
  tokensPerStep: 1,
  samplesPerStep: 1,
  flopsPerToken: 1,
  memory: { weights: total, gradients: 0, optimiser: 0, activations: 0, workspace: 0, inputOutput: 0, total },
  metrics: [],
});
const grown = (total: number, bytes: number): RunFacts => ({ ...factsOf(total), growth: allocated(bytes) });
const total = fc.integer({ min: page, max: 2 ** 32 });

describe('memoryCheck', () => {
  it('is nothing before a plan and before a measurement', () => {
    expect(memoryCheck(null)).toBeNull();
    expect(memoryCheck(factsOf(page))).toBeNull();
    expect(memoryCheck({ memory: null, growth: allocated(1) })).toBeNull();
    expect(worstCheck([null, factsOf(page)])).toBeNull();
  });

  it('stands out beyond five per cent, but never within two pages', () => {
    fc.assert(
      fc.property(total, fc.double({ min: -1, max: 1, noNaN: true }), (plan, share) => {
        const bytes = Math.round(plan * (1 + share));
        const check = memoryCheck(grown(plan, bytes));
        expect(check?.share).toBeCloseTo(share, 4);
        expect(check?.off).toBe(Math.abs(bytes - plan) > 0.05 * plan && Math.abs(bytes - plan) > 2 * page);
      }),
    );
    expect(memoryCheck(grown(100 * page, 106 * page))?.off).toBe(true);
    expect(memoryCheck(grown(100 * page, 94 * page))?.off).toBe(true);
    expect(memoryCheck(grown(100 * page, 104 * page))?.off).toBe(false);
    expect(memoryCheck(grown(4 * page, 5 * page))?.off).toBe(false);
  });

  it('of several runs is that of the one furthest from its plan, to either side', () => {
    const runs = [grown(100, 101), grown(100, 70), null, grown(100, 120)];
    expect(worstCheck(runs)?.growth.bytes).toBe(70);
  });
});

describe('what a run keeps', () => {
  it('is the most it was seen to grow by', () => {
    const known = fc.array(fc.nat(1e9), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(total, known, (plan, seen) => {
        const end = seen.reduce<RunFacts | null>((facts, bytes) => withGrowth(facts, allocated(bytes)), factsOf(plan));
        expect(end?.growth?.bytes).toBe(Math.max(...seen));
        expect(withGrowth(end, null)).toBe(end);
      }),
    );
    expect(withGrowth(null, allocated(1))).toBeNull();
  });

  it('checks the plan it was measured under, and no other', () => {
    expect(keptGrowth(factsOf(page), grown(page, 9)).growth).toEqual(allocated(9));
    expect(keptGrowth(factsOf(2 * page), grown(page, 9)).growth).toBeUndefined();
    expect(keptGrowth(factsOf(page), null).growth).toBeUndefined();
    expect(unmeasured(grown(page, 9))).toEqual(factsOf(page));
    expect(unmeasured(null)).toBeNull();
  });
});
