// The points of a fast curve sent at once: bounded, in order, with every spike and the first gap of a stretch, and only stored points.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MetricColumns } from '../../engine/spec/metrics.ts';
import { thinned } from './thin-columns.ts';

const columnsOf = (value: readonly (number | null)[], first: number): MetricColumns => ({
  metric: 'train/loss',
  step: value.map((_, i) => first + i),
  active: value.map((_, i) => i / 1000),
  wall: value.map((_, i) => i / 500),
  value,
});
const values = fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { freq: 20 }), {
  minLength: 1,
  maxLength: 5000,
  size: 'max',
});
const finite = (columns: MetricColumns): number[] => columns.value.filter((one) => one !== null);

it('is never more than 120 points, each of them a stored one, in the order of the steps', () => {
  fc.assert(
    fc.property(values, fc.nat(1e6), (value, first) => {
      const sent = thinned(columnsOf(value, first));
      expect(sent.step.length).toBeLessThanOrEqual(120);
      expect(sent.step).toEqual([...sent.step].sort((a, b) => a - b));
      sent.step.forEach((step, i) => {
        const at = step - first;
        expect([sent.value[i], sent.active[i], sent.wall[i]]).toEqual([value[at], at / 1000, at / 500]);
      });
    }),
    { numRuns: 60 },
  );
});

it('keeps the first and the last point, the lowest, the highest and a gap', () => {
  fc.assert(
    fc.property(values, (value) => {
      const all = columnsOf(value, 0);
      const sent = thinned(all);
      expect([sent.step[0], sent.step.at(-1)]).toEqual([0, value.length - 1]);
      expect(Math.min(...finite(sent))).toBe(Math.min(...finite(all)));
      expect(Math.max(...finite(sent))).toBe(Math.max(...finite(all)));
      expect(sent.value.includes(null)).toBe(value.includes(null));
    }),
    { numRuns: 60 },
  );
});

it('sends few points, and steps that go back, as they are', () => {
  const few = columnsOf(Array.from({ length: 120 }, Math.sin), 5);
  expect(thinned(few)).toBe(few);
  const back = {
    ...columnsOf(Array.from({ length: 400 }, Math.sin), 0),
    step: Array.from({ length: 400 }, (_, i) => i % 300),
  };
  expect(thinned(back)).toBe(back);
});
