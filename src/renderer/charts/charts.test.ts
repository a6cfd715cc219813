// Properties of the pure chart functions: what a chart must never do to its data.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate } from './decimate.ts';
import { pushApart } from '../../engine/spec/label-layout.ts';
import { extentOf, indexAt, lastFinite, storedValue } from './points.ts';
import { linearTicks, logTicks, paddedRange } from './scale.ts';
import { seedBand } from './seed-band.ts';
import { smooth, smoothingLength } from './smoothing.ts';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
/** Strictly increasing x with values, some of them gaps. */
const curve = (value: fc.Arbitrary<number>, minLength = 1) =>
  fc
    .array(fc.tuple(fc.double({ min: 0.01, max: 50, noNaN: true }), value), { minLength, maxLength: 120 })
    .map((rows) => {
      let at = 0;
      const x = rows.map(([distance]) => (at += distance));
      return { x, y: rows.map(([, y]) => y) };
    });

describe('smooth', () => {
  it('leaves a constant the constant', () => {
    fc.assert(
      fc.property(
        curve(fc.constant(0)),
        finite,
        fc.double({ min: 0.01, max: 1e4, noNaN: true }),
        (points, level, tau) => {
          const out = smooth({ x: points.x, y: points.y.map(() => level) }, tau);
          for (const value of out) expect(Math.abs(value - level)).toBeLessThanOrEqual(Math.abs(level) * 1e-9 + 1e-300);
        },
      ),
    );
  });
  it('does not depend on how often a curve was sampled', () => {
    fc.assert(
      fc.property(curve(finite, 2), fc.double({ min: 0.1, max: 1e3, noNaN: true }), (points, tau) => {
        const x: number[] = [];
        const y: number[] = [];
        points.x.forEach((at, index) => {
          if (index > 0) {
            x.push((at + (points.x[index - 1] ?? 0)) / 2);
            y.push(((points.y[index] ?? 0) + (points.y[index - 1] ?? 0)) / 2);
          }
          x.push(at);
          y.push(points.y[index] ?? 0);
        });
        const coarse = smooth(points, tau);
        const fine = smooth({ x, y }, tau);
        const size = Math.max(1, ...points.y.map(Math.abs));
        coarse.forEach((value, index) =>
          expect(Math.abs(value - (fine[index * 2] ?? 0))).toBeLessThanOrEqual(size * 1e-6),
        );
      }),
    );
  });
  it('stays between the extremes, keeps gaps and approaches the data as the length shrinks', () => {
    fc.assert(
      fc.property(
        curve(fc.oneof(finite, fc.constant(Number.NaN))),
        fc.double({ min: 0.01, max: 1e3, noNaN: true }),
        (points, tau) => {
          const out = smooth(points, tau);
          const extent = extentOf(points.y);
          out.forEach((value, index) => {
            expect(Number.isFinite(value)).toBe(Number.isFinite(points.y[index]));
            if (!Number.isFinite(value) || extent === null) return;
            expect(value).toBeGreaterThanOrEqual(extent.min - 1e-6 * Math.abs(extent.min) - 1e-9);
            expect(value).toBeLessThanOrEqual(extent.max + 1e-6 * Math.abs(extent.max) + 1e-9);
          });
        },
      ),
    );
    expect([...smooth({ x: [0, 1, 2], y: [3, 7, 5] }, 0)]).toEqual([3, 7, 5]);
    expect(smooth({ x: [0, 1, 2], y: [3, 7, 5] }, 1e-6)[1]).toBeCloseTo(7, 4);
  });
  it('grows with the slider and is off at zero', () => {
    expect(smoothingLength(0, 100)).toBe(0);
    expect(smoothingLength(0.3, 100)).toBeLessThan(smoothingLength(0.6, 100));
    expect(smoothingLength(0.9, 100)).toBeLessThan(30);
  });
});

describe('decimate', () => {
  it('keeps the lowest, the highest, the last and every kind of gap', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 9, arbitrary: finite }, { weight: 1, arbitrary: fc.constant(Number.NaN) }), {
          minLength: 1,
          maxLength: 900,
        }),
        fc.integer({ min: 1, max: 60 }),
        (y, columns) => {
          const x = y.map((_, index) => index);
          const kept = decimate(x, y, { from: 0, to: y.length - 1, columns });
          expect(extentOf(kept.map((index) => y[index] ?? 0))).toEqual(extentOf(y));
          expect(kept.at(-1)).toBe(y.length - 1);
          expect(kept.some((index) => Number.isNaN(y[index]))).toBe(y.some(Number.isNaN));
          expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
          expect(kept.length).toBeLessThanOrEqual(Math.max(columns * 4, 5 * (columns + 2)));
        },
      ),
    );
  });
  it('keeps one point beyond each end so that lines reach the edge', () => {
    expect(decimate([0, 1, 2, 3, 4], [0, 0, 0, 0, 0], { from: 1.5, to: 2.5, columns: 10 })).toEqual([1, 2, 3]);
  });
});

describe('stored values', () => {
  it('are stored ones, never beyond the data', () => {
    fc.assert(
      fc.property(curve(finite), fc.double({ min: -10, max: 7000, noNaN: true }), (points, at) => {
        const found = storedValue(points, at);
        const last = points.x.at(-1) ?? 0;
        expect(found === null).toBe(at < (points.x[0] ?? 0) || at > last);
        if (found === null) return;
        expect(points.y[found.index]).toBe(found.y);
        expect(found.x).toBeLessThanOrEqual(at);
        expect(points.x[found.index + 1] ?? Infinity).toBeGreaterThan(at);
      }),
    );
    expect(indexAt([], 3)).toBe(-1);
    expect(lastFinite({ x: [1, 2, 3], y: [1, 2, Number.NaN] })).toBe(1);
  });
});

describe('seedBand', () => {
  it('holds the mean between lowest and highest, and a single seed is itself', () => {
    fc.assert(
      fc.property(fc.array(curve(finite), { minLength: 1, maxLength: 4 }), (traces) => {
        const band = seedBand(traces);
        band.x.forEach((_, index) => {
          if ((band.count[index] ?? 0) === 0) return;
          expect(band.mean[index]).toBeGreaterThanOrEqual(band.low[index] ?? 0);
          expect(band.mean[index]).toBeLessThanOrEqual(band.high[index] ?? 0);
        });
        const alone = seedBand([traces[0] ?? { x: [], y: [] }]);
        expect([...alone.mean]).toEqual(traces[0]?.y);
      }),
    );
  });
  it('counts only the seeds that reach x and leaves gaps', () => {
    const band = seedBand([
      { x: [0, 1, 2], y: [1, 3, Number.NaN] },
      { x: [0, 1], y: [3, 5] },
    ]);
    expect([...band.count]).toEqual([2, 2, 0]);
    expect([...band.mean.slice(0, 2)]).toEqual([2, 4]);
    expect(band.mean[2]).toBeNaN();
  });
});

describe('pushApart', () => {
  it('keeps distance, order and the room', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 250 }), { minLength: 1, maxLength: 14 }), (wanted) => {
        const placed = pushApart(wanted, 13, 0, 200);
        const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b);
        order.forEach((member, position) => {
          const y = placed[member] ?? 0;
          expect(y).toBeGreaterThanOrEqual(-1e-6);
          expect(y).toBeLessThanOrEqual(200 + 1e-6);
          const next = order[position + 1];
          if (next !== undefined) expect((placed[next] ?? 0) - y).toBeGreaterThanOrEqual(13 - 1e-6);
        });
      }),
    );
  });
  it('moves nothing that is already apart and shares a room that is too small', () => {
    expect(pushApart([10, 40, 90], 13, 0, 100)).toEqual([10, 40, 90]);
    expect(pushApart([5, 5, 5], 13, 0, 10)).toEqual([0, 5, 10]);
  });
});

describe('scale', () => {
  it('puts ticks inside the range', () => {
    expect(linearTicks(0, 10000, 5)).toEqual([0, 2000, 4000, 6000, 8000, 10000]);
    expect(logTicks(0.008, 12, 5)).toEqual([0.01, 0.1, 1, 10]);
    expect(logTicks(180, 2100, 5)).toEqual([200, 500, 1000, 2000]);
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.double({ min: 1.01, max: 1e6, noNaN: true }),
        (low, factor) => {
          for (const ticks of [linearTicks(low, low * factor, 5), logTicks(low, low * factor, 5)]) {
            for (const tick of ticks) {
              expect(tick).toBeGreaterThanOrEqual(low * 0.999);
              expect(tick).toBeLessThanOrEqual(low * factor * 1.001);
            }
          }
          expect(linearTicks(low, low * factor, 5).length).toBeLessThanOrEqual(12);
        },
      ),
    );
  });
  it('never clips data', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.boolean(),
        (min, factor, log) => {
          const range = paddedRange({ min, max: min * factor }, { log });
          expect(range.min).toBeLessThanOrEqual(min);
          expect(range.max).toBeGreaterThanOrEqual(min * factor);
          expect(range.max).toBeGreaterThan(range.min);
        },
      ),
    );
    expect(paddedRange(null, { log: true }).min).toBeGreaterThan(0);
  });
});
