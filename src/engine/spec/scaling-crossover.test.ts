// A crossing is found exactly when the times prove one: properties over random lines.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SizedTime } from './scaling-analysis.ts';
import { crossoverOf } from './scaling-crossover.ts';

const sizes = [16, 32, 64, 128, 256];
/** A line of the form factor * at^exponent whose middle half reaches `spread` times up and down. */
const power = (factor: number, exponent: number, spread = 1): SizedTime[] =>
  sizes.map((at) => {
    const value = factor * at ** exponent;
    return { at, value, q1: value / spread, q3: value * spread };
  });
/** A line whose steps all took the same time at each size. */
const level = (values: readonly number[]): SizedTime[] =>
  values.map((value, i) => ({ at: sizes[i] ?? 1, value, q1: value, q3: value }));
const factor = fc.double({ min: 1e-4, max: 1e4, noNaN: true });
const times = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
/** Any measured line: no law behind it. */
const anyLine = fc
  .array(fc.tuple(times, times, times), { minLength: sizes.length, maxLength: sizes.length })
  .map((rows) =>
    rows.map((row, i): SizedTime => {
      const [q1 = 1, value = 1, q3 = 1] = row.toSorted((a, b) => a - b);
      return { at: sizes[i] ?? 1, value, q1, q3 };
    }),
  );

describe('crossoverOf', () => {
  it('finds where two power laws meet', () => {
    fc.assert(
      fc.property(fc.double({ min: 17, max: 250, noNaN: true }), factor, (at, height) => {
        const slow = power(height / at, 1);
        const flat = power(height, 0);
        fc.pre(sizes.every((size) => Math.abs(size - at) > 1e-6));
        const cross = crossoverOf(slow, flat);
        if (cross.kind !== 'clear') throw new Error(`a clear crossing is expected, got ${cross.kind}`);
        expect(cross.at).toBeCloseTo(at, 6);
        expect(cross.value / height).toBeCloseTo(1, 8);
        expect(crossoverOf(flat, slow)).toMatchObject({ kind: 'clear', at: expect.closeTo(at, 6) });
      }),
    );
    expect(crossoverOf(power(1, 1), power(2, 1))).toEqual({ kind: 'none' });
  });

  it('finds it when the lines meet at a measured size', () => {
    expect(crossoverOf(power(1 / 64, 1), power(1, 0))).toMatchObject({ kind: 'clear', at: expect.closeTo(64, 9) });
  });

  it('has evidence on both sides of every clear crossing', () => {
    fc.assert(
      fc.property(anyLine, anyLine, (a, b) => {
        const cross = crossoverOf(a, b);
        if (cross.kind !== 'clear') return;
        const [from, to] = cross.between;
        expect(cross.at).toBeGreaterThanOrEqual(from * (1 - 1e-12));
        expect(cross.at).toBeLessThanOrEqual(to * (1 + 1e-12));
        const [a0, b0, a1, b1] = [a, b, a, b].map((line, i) => line.find(({ at }) => at === (i < 2 ? from : to)));
        if (!a0 || !b0 || !a1 || !b1) throw new Error('both ends must be measured sizes');
        const first = a0.q3 < b0.q1 && b1.q3 < a1.q1;
        const second = b0.q3 < a0.q1 && a1.q3 < b1.q1;
        expect(first || second).toBe(true);
      }),
    );
  });

  it('does not depend on which line is named first, nor on the unit of time', () => {
    fc.assert(
      fc.property(anyLine, anyLine, fc.double({ min: 0.01, max: 100, noNaN: true }), (a, b, unit) => {
        const scaled = (line: readonly SizedTime[]): SizedTime[] =>
          line.map(({ at, value, q1, q3 }) => ({ at, value: value * unit, q1: q1 * unit, q3: q3 * unit }));
        const one = crossoverOf(a, b);
        for (const other of [crossoverOf(b, a), crossoverOf(scaled(a), scaled(b))]) {
          expect(other.kind).toBe(one.kind);
          if (one.kind === 'clear' && other.kind === 'clear') expect(other.at / one.at).toBeCloseTo(1, 8);
        }
      }),
      // Five ties except for the last bit of one median, which another unit rounds away.
      {
        examples: [
          [level([0.0016, 1000, 12.1, 0.001, 0.001]), level([0.0016, 1000, 12.1, 0.001, 0.001 + 2 ** -62]), 0.01],
        ],
      },
    );
  });

  it('takes equal times for a tie, whichever line is named first', () => {
    const flat = level([3, 3, 3, 3, 3]);
    const touching = level([2, 3, 2, 2, 2]);
    expect([crossoverOf(touching, flat), crossoverOf(flat, touching)]).toEqual([{ kind: 'none' }, { kind: 'none' }]);
    const crossing = level([2, 2, 3, 3 + 2 ** -51, 4]);
    const middle = {
      kind: 'clear',
      at: expect.closeTo(Math.sqrt(64 * 128), 9),
      value: expect.closeTo(3, 9),
      between: [32, 256],
    };
    expect([crossoverOf(crossing, flat), crossoverOf(flat, crossing)]).toEqual([middle, middle]);
  });

  it('is not made by one disturbed point inside a line, however narrow its quartiles', () => {
    const inside = fc.integer({ min: 1, max: sizes.length - 2 });
    fc.assert(
      fc.property(inside, fc.double({ min: 2, max: 100, noNaN: true }), (at, delay) => {
        const fast = power(1, 1, 1.01);
        const slow = power(1.5, 1, 1.01);
        const disturbed = fast.map((time, i) =>
          i === at ? { ...time, value: time.value * delay, q1: time.q1 * delay, q3: time.q3 * delay } : time,
        );
        expect(crossoverOf(disturbed, slow)).toEqual({ kind: 'unclear' });
      }),
    );
  });

  it('is not made by a disturbed end whose quartiles reach back to where the line belongs', () => {
    const slow = power(1.5, 1, 1.01);
    const [first, ...rest] = power(1, 1, 1.01);
    if (first === undefined) throw new Error('a line has points');
    const disturbed = [{ ...first, value: first.value * 3, q3: first.value * 4 }, ...rest];
    expect(crossoverOf(disturbed, slow)).toEqual({ kind: 'unclear' });
  });

  it('is unclear while the quartiles overlap everywhere, as the medians alone are no evidence', () => {
    fc.assert(
      fc.property(fc.double({ min: 17, max: 250, noNaN: true }), (at) => {
        fc.pre(sizes.every((size) => Math.abs(size - at) > 1e-6));
        expect(crossoverOf(power(1 / at, 1, 16), power(1, 0, 16))).toEqual({ kind: 'unclear' });
      }),
    );
  });

  it('skips sizes at which the quartiles overlap and says between which ones it lies', () => {
    const flat = power(1, 0, 1.6);
    expect(crossoverOf(power(1 / 60, 1, 1.6), flat)).toMatchObject({ kind: 'clear', between: [16, 256] });
  });

  it('compares only sizes measured for both', () => {
    const slow = power(1 / 60, 1);
    expect(crossoverOf(slow.slice(0, 2), power(1, 0))).toEqual({ kind: 'none' });
    expect(crossoverOf([], power(1, 0))).toEqual({ kind: 'none' });
  });
});
