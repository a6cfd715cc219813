import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thumbnailPaths } from './thumbnail.ts';

const numbers = (path: string): number[] => [...path.matchAll(/-?\d+\.\d/g)].map(([text]) => Number(text));

describe('session thumbnails', () => {
  it('stays inside the box whatever the curves are', () => {
    const value = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(null));
    const curves = fc.array(fc.record({ identity: fc.nat(31), values: fc.array(value, { maxLength: 40 }) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(curves, (list) => {
        for (const path of thumbnailPaths(list, 72, 30)) {
          const xy = numbers(path);
          expect(xy.every((place, at) => place >= 0 && place <= (at % 2 === 0 ? 72 : 30))).toBe(true);
        }
      }),
    );
  });

  it('draws higher losses higher and breaks the line at a gap', () => {
    const [path] = thumbnailPaths([{ identity: 0, values: [2, null, 1] }], 10, 20, 0);
    expect(path).toBe('M0.0 0.0M10.0 20.0');
  });

  it('keeps the other curves readable when one explodes', () => {
    const [, calm] = thumbnailPaths(
      [
        { identity: 0, values: [2, 2, 1e9] },
        { identity: 1, values: [2, 1, 0] },
      ],
      10,
      20,
      0,
    );
    expect(calm).toBe('M0.0 10.0L5.0 15.0L10.0 20.0');
  });
});
