import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossoverOf, ratioOf, sizesBetween, slopeOf } from './scaling-analysis.ts';

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

  it('finds where two power laws meet', () => {
    fc.assert(
      fc.property(fc.double({ min: 17, max: 250, noNaN: true }), factor, (at, height) => {
        const slow = power(height / at, 1);
        const flat = power(height, 0);
        const cross = crossoverOf(slow, flat);
        if (sizes.some((size) => Math.abs(size - at) < 1e-6)) return;
        expect(cross?.at).toBeCloseTo(at, 6);
        expect((cross?.value ?? 0) / height).toBeCloseTo(1, 8);
        expect(crossoverOf(flat, slow)?.at).toBeCloseTo(at, 6);
      }),
    );
    expect(crossoverOf(power(1, 1), power(2, 1))).toBeNull();
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
