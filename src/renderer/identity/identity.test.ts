import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf, markerPath, markers } from './identity.ts';

describe('run identity', () => {
  it('gives 256 different identities before it repeats', () => {
    const seen = new Set(Array.from({ length: 256 }, (_, index) => JSON.stringify(identityOf(index))));
    const marked = new Set(
      Array.from({ length: 32 }, (_, index) => identityOf(index)).map((look) => look.colour + look.marker),
    );
    expect(marked.size, 'without dashes, as single points are drawn').toBe(32);
    expect(seen.size).toBe(256);
    expect(identityOf(256)).toEqual(identityOf(0));
  });

  it('starts with solid lines and changes the dash only after all colours are used', () => {
    expect(identityOf(0)).toEqual({ colour: '--run-1', dash: [], marker: 'circle' });
    expect(identityOf(7).dash).toEqual([]);
    expect(identityOf(8)).toEqual({ colour: '--run-1', dash: [6, 3], marker: 'square' });
  });

  it('is defined for any integer', () => {
    fc.assert(fc.property(fc.integer(), (index) => /^--run-[1-8]$/.test(identityOf(index).colour)));
  });

  it('draws every marker with finite coordinates', () => {
    for (const marker of markers) expect(markerPath(marker, 3)).not.toMatch(/NaN|Infinity|undefined/);
  });
});
