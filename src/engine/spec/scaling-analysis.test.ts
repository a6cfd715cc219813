import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDisturbed, ratioOf, sizesBetween, slopeOf } from './scaling-analysis.ts';

const sizes = [16, 32, 64, 128, 256];
const power = (factor: number, exponent: number) => sizes.map((at) => ({ at, value: factor * at ** exponent }));
const factor = fc.double({ min: 1e-4, max: 1e4, noNaN: true });
const exponent = fc.double({ min: -2, max: 3, noNaN: true });

describe('scaling analysis', () => {
  it('finds the exponent of a power law, whatever its factor', () => {
    fc.assert(
      fc.property(factor, exponent, (a, k) => {
        expect(slopeOf(power(a, k))).toBeCloseTo(k, 8);
      }),
    );
    expect(slopeOf([{ at: 8, value: 1 }])).toBeNull();
  });

  it('calls a point disturbed by its own quartiles: a spread of a half is too much', () => {
    const point = (q1: number, q3: number) => ({ stepSeconds: { median: (q1 + q3) / 2, q1, q3 } });
    expect(isDisturbed(point(2, 2.9))).toBe(false);
    expect(isDisturbed(point(2, 3.1))).toBe(true);
    expect(isDisturbed({ stepSeconds: null })).toBe(false);
  });

  it('says how many times faster, only where both were measured', () => {
    const half = power(1, 1).slice(0, 2);
    expect(ratioOf(power(3, 1), half)).toEqual(half.map(({ at }) => ({ at, value: 3 })));
  });

  it('puts sizes at powers of two, with both ends', () => {
    expect(sizesBetween(16, 128)).toEqual([16, 32, 64, 128]);
    expect(sizesBetween(10, 100)).toEqual([10, 16, 32, 64, 100]);
    expect(sizesBetween(8, 8)).toEqual([8]);
  });
});
