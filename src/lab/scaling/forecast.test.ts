// The forecast against power laws whose answer is known.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecast } from './forecast.ts';

describe('forecast', () => {
  it('continues every power law exactly', () => {
    const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(positive, fc.double({ min: 0, max: 2.5, noNaN: true }), (factor, exponent) => {
        const law = (at: number): number => factor * at ** exponent;
        const points = [64, 128, 256].map((at) => ({ at, value: law(at) }));
        expect(forecast(points, 4096)).toBeCloseTo(law(4096), 8 - Math.ceil(Math.log10(law(4096) + 1)));
      }),
    );
  });

  it('takes one point as linear growth, none as unknown, and never falls below the least growth', () => {
    expect(forecast([{ at: 64, value: 2 }], 256)).toBe(8);
    expect(forecast([], 256)).toBeNull();
    const falling = [
      { at: 64, value: 2 },
      { at: 128, value: 1 },
    ];
    expect(forecast(falling, 256)).toBe(1);
    expect(forecast(falling, 256, 1)).toBe(2);
  });
});
