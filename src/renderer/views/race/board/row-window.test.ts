import fc from 'fast-check';
import { expect, it } from 'vitest';
import { barHeight, rowHeight, windowOf } from './row-window.ts';

it('covers what is in sight, stays inside the table, and does not grow with it', () => {
  fc.assert(
    fc.property(
      fc.nat(5000),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 1200 }),
      fc.constantFrom(rowHeight, barHeight),
      (count, share, height, row) => {
        const scrolled = share * Math.max(0, count * row - height);
        const { start, end } = windowOf(count, scrolled, height, row);
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(count);
        expect(start * row).toBeLessThanOrEqual(scrolled);
        expect(end * row).toBeGreaterThanOrEqual(Math.min(count * row, scrolled + height));
        expect(end - start).toBeLessThanOrEqual(80);
      },
    ),
  );
});
