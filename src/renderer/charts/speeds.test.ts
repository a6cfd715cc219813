// The line of a speed chart shows the pace of a run, not other work on the machine.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calmMedian, disturbedStretches } from './speeds.ts';

const along = (y: readonly number[]) => ({ x: y.map((_, index) => index * 10), y });

describe('speeds', () => {
  it('leave out what was disturbed and say where it was', () => {
    const y = [...Array(20).fill(1000), ...Array(10).fill(100), ...Array(20).fill(1010)];
    expect(disturbedStretches(along(y))).toEqual([{ min: 190, max: 290 }]);
    const median = calmMedian(along(y));
    expect([...median.slice(20, 30)].every(Number.isNaN)).toBe(true);
    for (const value of [...median.slice(0, 20), ...median.slice(30)]) expect(value).toBeGreaterThanOrEqual(1000);
  });

  it('keep a run whose speed changes little whole, and its values within what was measured', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 100, max: 140, noNaN: true }), { minLength: 1, maxLength: 60 }), (y) => {
        expect(disturbedStretches(along(y))).toEqual([]);
        for (const value of calmMedian(along(y))) {
          expect(value).toBeGreaterThanOrEqual(Math.min(...y));
          expect(value).toBeLessThanOrEqual(Math.max(...y));
        }
      }),
    );
  });

  it('say nothing of a run with too few points to tell', () => {
    expect(disturbedStretches(along([1000, 10, 1000]))).toEqual([]);
    expect([...calmMedian(along([1000]))]).toEqual([1000]);
    expect([...calmMedian(along([]))]).toEqual([]);
  });
});
