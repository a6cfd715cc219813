// Estimates from runs that differ only by their seed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallSpec } from '../../engine/verify/small-run.ts';
import { Alike } from './alike.ts';

const seconds = fc.double({ min: 0.01, max: 1e4, noNaN: true });

describe('Alike', () => {
  it('estimates from runs of other seeds, never more than the slowest of them shows, and less the further a run is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(seconds, seconds), { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (bounds, progress) => {
          const spans = bounds.map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));
          const alike = new Alike(spans.map((whole, i) => ({ spec: smallSpec({ seed: i + 2 }), whole })));
          const left = alike.left(smallSpec({ seed: 1 }), progress);
          const start = alike.left(smallSpec({ seed: 1 }), 0);
          expect(left?.low).toBeLessThanOrEqual(left?.high ?? NaN);
          expect(left?.high).toBeLessThanOrEqual(1.1 * Math.max(...spans.map(({ high }) => high)) + 1e-9);
          expect(left?.high).toBeLessThanOrEqual(start?.high ?? NaN);
          expect(alike.left(smallSpec({ seed: 1 }), 1)).toEqual({ low: 0, high: 0 });
        },
      ),
    );
  });

  it('says nothing of a run that differs in anything else', () => {
    const alike = new Alike([{ spec: smallSpec(), whole: { low: 1, high: 2 } }]);
    for (const other of [
      smallSpec({ fields: { d: 16 } }),
      smallSpec({ training: { batch: 8 } }),
      smallSpec({ model: 'gru' }),
      smallSpec({ budget: { unit: 'steps', amount: 21 } }),
      smallSpec({ threads: 2 }),
    ])
      expect(alike.left(other, 0)).toBeNull();
  });
});
