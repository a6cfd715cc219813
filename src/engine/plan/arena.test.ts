import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALIGNMENT, placeInArena, type Lifetime } from './arena.ts';

const lifetime = fc
  .record({ bytes: fc.integer({ min: 1, max: 5000 }), first: fc.nat(40), length: fc.nat(15) })
  .map(({ bytes, first, length }): Lifetime => ({ bytes, first, last: first + length }));

const together = (a: Lifetime, b: Lifetime): boolean => a.first <= b.last && b.first <= a.last;

describe.each([
  ['greedy by size', Infinity],
  ['in order of time', 0],
])('placeInArena, %s', (_, many) => {
  test('two values that live at the same time never share a byte, and everything fits and is aligned', () => {
    fc.assert(
      fc.property(fc.array(lifetime, { maxLength: 60 }), (values) => {
        const { offsets, bytes } = placeInArena(values, many);
        values.forEach((a, i) => {
          expect(offsets[i] % ALIGNMENT).toBe(0);
          expect(offsets[i] + a.bytes).toBeLessThanOrEqual(bytes);
          values.forEach((b, j) => {
            if (i >= j || !together(a, b)) return;
            expect(offsets[i] + a.bytes <= offsets[j] || offsets[j] + b.bytes <= offsets[i]).toBe(true);
          });
        });
      }),
    );
  });

  test('takes at least what lives at once, and no more than everything side by side', () => {
    fc.assert(
      fc.property(fc.array(lifetime, { minLength: 1, maxLength: 40 }), (values) => {
        const { bytes } = placeInArena(values, many);
        const size = (chosen: readonly Lifetime[]): number =>
          chosen.reduce((sum, value) => sum + Math.ceil(value.bytes / ALIGNMENT) * ALIGNMENT, 0);
        for (const { first: time } of values) {
          expect(bytes).toBeGreaterThanOrEqual(size(values.filter(({ first, last }) => first <= time && time <= last)));
        }
        expect(bytes).toBeLessThanOrEqual(size(values));
      }),
    );
  });

  test('values that never meet share their bytes', () => {
    const chain = Array.from({ length: 10 }, (_, i): Lifetime => ({ bytes: 640, first: 2 * i, last: 2 * i + 1 }));
    expect(placeInArena(chain, many).bytes).toBe(640);
  });
});
