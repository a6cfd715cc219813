// Wherever the cursor is, the table of values gets at least half of the chart and touches neither cursor nor edge.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { besideCursor } from './tip-place.ts';

it('the table of values lies beside the cursor and within its chart', () => {
  const width = fc.integer({ min: 40, max: 2000 });
  fc.assert(
    fc.property(width, fc.double({ min: 0, max: 1, noNaN: true }), (wide, share) => {
      const x = wide * share;
      const { left, right, room } = besideCursor(x, wide);
      expect((left === null) !== (right === null)).toBe(true);
      const [from, to] = left === null ? [wide - (right ?? 0) - room, wide - (right ?? 0)] : [left, left + room];
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(wide);
      if (room > 0) expect(to < x || from > x).toBe(true);
      expect(room).toBeGreaterThanOrEqual(wide / 2 - 16 - 1e-9);
    }),
  );
});
