import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowHeight, windowOf } from './row-window.ts';

it('covers what is in sight, stays inside the table, and does not grow with it', () => {
  fc.assert(
    fc.property(
      fc.nat(5000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 1200 }),
      (count, share, height) => {
        const scrolled = share * Math.max(0, count * rowHeight - height);
        const { start, end } = windowOf(count, scrolled, height);
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(count);
        expect(start * rowHeight).toBeLessThanOrEqual(scrolled);
        expect(end * rowHeight).toBeGreaterThanOrEqual(Math.min(count * rowHeight, scrolled + height));
        expect(end - start).toBeLessThanOrEqual(80);
      },
    ),
  );
});
