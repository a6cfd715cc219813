// Which of two measurements of a point counts.
import { say } from '../../engine/core/say.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ScalingPoint } from '../../engine/spec/scaling.ts';
import { calmer } from './outcome.ts';

const point = (median: number, q1: number, q3: number): ScalingPoint => ({
  series: 0,
  at: 64,
  outcome: 'measured',
  reason: null,
  stepSeconds: { median, q1, q3 },
  compileSeconds: 1,
  memory: null,
  peakBytes: null,
  loss: 2,
});

it('of two measurements keeps the calmer one, faster or not, and the times of the other', () => {
  const [restless, calm] = [point(1, 1, 2), point(3, 2.9, 3.1)];
  expect(calmer(restless, calm)).toEqual({ ...calm, setAside: restless.stepSeconds });
  expect(calmer(calm, restless)).toEqual({ ...calm, setAside: restless.stepSeconds });
});

it('chooses the same when one machine is any number of times slower than another', () => {
  const quartiles = fc
    .array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 3, maxLength: 3 })
    .map((values) => values.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(quartiles, quartiles, fc.constantFrom(0.25, 2, 1024), (one, two, slower) => {
      const at = (factor: number) =>
        [one, two].map(([q1 = 1, median = 1, q3 = 1]) => point(median * factor, q1 * factor, q3 * factor));
      const [a, b] = at(1);
      const [c, d] = at(slower);
      if (!a || !b || !c || !d) throw new Error('two points are needed');
      expect(calmer(a, b).stepSeconds === a.stepSeconds).toBe(calmer(c, d).stepSeconds === c.stepSeconds);
    }),
  );
});

it('keeps the first where the second has no times', () => {
  const first = point(1, 1, 2);
  expect(calmer(first, null)).toBe(first);
  expect(calmer(first, { ...first, outcome: 'failed', reason: say`gone`, stepSeconds: null })).toBe(first);
});
