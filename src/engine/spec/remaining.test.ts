// Properties of the remaining time: equal to simulated turns, additive, bounded, monotone, never less than the budgets require.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Budget, RaceMode } from './run-spec.ts';
import {
  allDone,
  exactly,
  filledNeeds,
  finishTimes,
  isWide,
  workLeft,
  type Pace,
  type Plan,
  type Room,
  type Span,
} from './remaining.ts';

const seconds = fc.double({ min: 0.5, max: 20, noNaN: true });
const span = fc
  .tuple(seconds, fc.double({ min: 1, max: 3, noNaN: true }))
  .map(([low, by]): Span => ({ low, high: low * by }));
const spans = fc.array(span, { minLength: 1, maxLength: 40 });
const room: Room = { engines: Infinity, abreast: Infinity };
const modes: readonly RaceMode[] = ['race', 'queue', 'parallel'];

/** Simulates turns of `slice` seconds until all are done; returns when each ended. */
function takeTurns(own: readonly number[], slice = 0.01): readonly number[] {
  const left = [...own];
  const ends = own.map(() => 0);
  for (let clock = 0; left.some((one) => one > 0);) {
    for (const [i, mine] of left.entries()) {
      if (mine <= 0) continue;
      const used = Math.min(slice, mine);
      left[i] = mine - used < 1e-9 ? 0 : mine - used;
      clock += used;
      if (left[i] === 0) ends[i] = clock;
    }
  }
  return ends;
}

describe('finishTimes', () => {
  it('is what taking turns gives', () => {
    fc.assert(
      fc.property(fc.array(seconds, { minLength: 1, maxLength: 5 }), (own) => {
        const turns = takeTurns(own);
        for (const [i, { low }] of finishTimes('race', own.map(exactly), room).entries())
          expect(low).toBeCloseTo(turns[i] ?? NaN, 0);
      }),
      { numRuns: 30 },
    );
  });

  it('a race and a queue end when the sum of all is done, runs at once with the longest', () => {
    fc.assert(
      fc.property(spans, (own) => {
        const sum = (of: (one: Span) => number): number => own.reduce((total, one) => total + of(one), 0);
        for (const mode of ['race', 'queue'] as const) {
          const last = allDone(finishTimes(mode, own, room));
          expect(last?.low).toBeCloseTo(
            sum((one) => one.low),
            6,
          );
          expect(last?.high).toBeCloseTo(
            sum((one) => one.high),
            6,
          );
        }
        expect(allDone(finishTimes('parallel', own, room))?.high).toBeCloseTo(
          Math.max(...own.map((one) => one.high)),
          9,
        );
      }),
    );
  });

  it('does no more work with fewer engines, and keeps the grid order where there is one', () => {
    const few = fc.record({ engines: fc.integer({ min: 1, max: 16 }), abreast: fc.constantFrom(1, 2, 4) });
    fc.assert(
      fc.property(spans, few, (own, given) => {
        const exact = own.map(({ low }) => exactly(low));
        const sum = exact.reduce((total, one) => total + one.low, 0);
        expect(allDone(finishTimes('race', exact, given))?.low).toBeCloseTo(sum, 6);
        const one = finishTimes('parallel', exact, { engines: 1, abreast: 1 });
        for (const [i, { low }] of finishTimes('queue', exact, given).entries())
          expect(one[i]?.low).toBeCloseTo(low, 6);
        // Runs in parallel on one machine: between full use of the machine and no gain when other runs end.
        const [atOnce] = [allDone(finishTimes('parallel', exact, given))];
        const longest = Math.max(...exact.map(({ high }) => high));
        expect(atOnce?.high).toBeGreaterThanOrEqual(longest - 1e-9);
        expect(atOnce?.low).toBeLessThanOrEqual((atOnce?.high ?? NaN) + 1e-9);
        expect(atOnce?.high).toBeLessThanOrEqual(sum + 1e-6);
      }),
    );
  });

  it('keeps its bounds in order, ends no run before its own work, and never sooner when another run needs more', () => {
    fc.assert(
      fc.property(spans, fc.constantFrom(...modes), fc.nat(39), (own, mode, pick) => {
        const at = pick % own.length;
        const more = own.map((one, i) => (i === at ? { low: one.low + 1, high: one.high + 1 } : one));
        const [before, after] = [finishTimes(mode, own, room), finishTimes(mode, more, room)];
        for (const [i, one] of before.entries()) {
          expect(one.low).toBeLessThanOrEqual(one.high + 1e-9);
          expect(one.low).toBeGreaterThanOrEqual((own[i]?.low ?? 0) - 1e-9);
          expect(after[i]?.low).toBeGreaterThanOrEqual(one.low - 1e-9);
        }
      }),
    );
  });
});

describe('filledNeeds', () => {
  it('guesses a run that has not begun from the whole of one that is half done', () => {
    const needs = [
      { left: { low: 10, high: 12 }, progress: 0.5 },
      { left: null, progress: 0 },
    ];
    expect(filledNeeds(needs)).toEqual([
      { low: 10, high: 12 },
      { low: 20, high: 24 },
    ]);
    expect(filledNeeds([{ left: null, progress: 0 }])).toBeNull();
  });
});

const pace: Pace = { step: { low: 0.01, high: 0.02 }, beside: 0.001, evaluation: { low: 0.3, high: 0.5 } };
const plan = (budget: Budget, patienceLeft: number | null = null): Plan => ({
  budget,
  tokensPerStep: 100,
  evaluateEvery: 50,
  patienceLeft,
});
const start = { step: 0, activeSeconds: 0 };

describe('workLeft', () => {
  it('counts steps, what is beside them, and every evaluation to come', () => {
    const left = workLeft(plan({ unit: 'steps', amount: 120 }), { step: 20, activeSeconds: 0 }, pace);
    // 100 steps; evaluations at 50, 100 and at the end.
    expect(left.low).toBeCloseTo(1 + 0.1 + 0.9, 9);
    expect(left.high).toBeCloseTo(2 + 0.1 + 1.5, 9);
    const tokens = workLeft(plan({ unit: 'tokens', amount: 11_950 }), { step: 20, activeSeconds: 0 }, pace);
    expect(tokens).toEqual(left);
  });

  it('adds evaluations on top of a budget in seconds, which is never counted twice', () => {
    const left = workLeft(plan({ unit: 'seconds', amount: 10 }), { step: 0, activeSeconds: 8 }, pace);
    // 100 to 200 steps in 2 s, so 2 to 4 evaluations.
    expect(left.low).toBeCloseTo(2 + 0.1 + 0.6, 9);
    expect(left.high).toBeCloseTo(2 + 0.2 + 2, 9);
  });

  it('falls as a run goes on, and is 0 at the end of its budget', () => {
    const budgets = fc.constantFrom<Budget>(
      { unit: 'steps', amount: 400 },
      { unit: 'seconds', amount: 8 },
      { unit: 'tokens', amount: 40_000 },
    );
    fc.assert(
      fc.property(budgets, fc.nat(399), (budget, step) => {
        const at = (done: number): Span => workLeft(plan(budget), { step: done, activeSeconds: done * 0.02 }, pace);
        expect(at(step + 1).high).toBeLessThanOrEqual(at(step).high + 1e-9);
        expect(at(400)).toEqual(exactly(0));
      }),
    );
  });

  it('a run that may stop early has a lower bound for that, and keeps its upper bound', () => {
    const whole = workLeft(plan({ unit: 'steps', amount: 1000 }), start, pace);
    const early = workLeft(plan({ unit: 'steps', amount: 1000 }, 2), start, pace);
    expect(early.high).toBe(whole.high);
    expect(early.low).toBeCloseTo(100 * 0.01 + 100 * 0.001 + 2 * 0.3, 9);
  });
});

describe('isWide', () => {
  it('is for bounds that one number would hide', () => {
    expect(isWide({ low: 20, high: 40 })).toBe(true);
    expect(isWide({ low: 20, high: 24 })).toBe(false);
    expect(isWide({ low: 0.5, high: 2 })).toBe(false);
  });
});
