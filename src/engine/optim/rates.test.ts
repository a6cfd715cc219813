// Schedules rise, stay constant or fall as their names say and end at the right value.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scheduledRate, type Schedule } from './rates.ts';

const cosine: Schedule = { kind: 'cosine', learningRate: 1e-3, minimum: 1e-4, warmup: 100, steps: 5000 };

describe('scheduledRate', () => {
  it('warms up linearly and is at the peak right after', () => {
    expect(scheduledRate(cosine, 0, 0)).toBeCloseTo(1e-3 / 101, 12);
    expect(scheduledRate(cosine, 49, 0)).toBeCloseTo((1e-3 * 50) / 101, 12);
    expect(scheduledRate(cosine, 100, 0)).toBeCloseTo(1e-3, 12);
  });

  it('cosine is half way at half time and at the minimum from the end on', () => {
    expect(scheduledRate(cosine, 2550, 0)).toBeCloseTo((1e-3 + 1e-4) / 2, 12);
    expect(scheduledRate(cosine, 5000, 0)).toBeCloseTo(1e-4, 12);
    expect(scheduledRate(cosine, 9999, 0)).toBeCloseTo(1e-4, 12);
  });

  it('follows progress when the number of steps is not known', () => {
    const open = { ...cosine, steps: null, warmup: 0 };
    expect(scheduledRate(open, 7, 0.5)).toBeCloseTo((1e-3 + 1e-4) / 2, 12);
    expect(scheduledRate(open, 7, 1)).toBeCloseTo(1e-4, 12);
  });

  it('never leaves (0, learning rate], whatever the settings', () => {
    const settings = fc.record({
      kind: fc.constantFrom('constant' as const, 'cosine' as const),
      learningRate: fc.double({ min: 1e-8, max: 1, noNaN: true }),
      minimum: fc.constant(0),
      warmup: fc.nat(50),
      steps: fc.option(fc.integer({ min: 1, max: 100 })),
    });
    fc.assert(
      fc.property(settings, fc.nat(200), fc.double({ min: 0, max: 1, noNaN: true }), (schedule, step, progress) => {
        const rate = scheduledRate(schedule, step, progress);
        expect(rate).toBeGreaterThanOrEqual(0);
        expect(rate).toBeLessThanOrEqual(schedule.learningRate);
      }),
    );
  });
});
