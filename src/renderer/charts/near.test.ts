// Lines near the pointer and in a box, compared with points sampled along them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf } from '../identity/identity.ts';
import { crosses, lineNear, linesIn } from './near.ts';
import { buildPlot, type LineInput } from './plot-model.ts';

const line = (key: string, y: readonly number[]): LineInput => ({
  key,
  look: identityOf(0),
  label: key,
  tag: null,
  traces: [
    { run: key, name: key, status: 'running', step: y.map((_, at) => at), points: { x: y.map((_, at) => at), y } },
  ],
  selected: false,
});
const options = {
  logX: false,
  logY: false,
  smoothing: 0,
  range: null,
  yRange: null,
  fromZero: true,
  guides: [],
  columns: 100,
};
const model = buildPlot(
  [line('low', [1, 1, 1, 1]), line('rising', [0, 4, 8, Number.NaN]), line('high', [9, 9, 9, 9])],
  options,
);
/** Ten pixels a unit, upside up. */
const pixels = {
  x: (value: number) => 10 * value,
  y: (value: number) => 10 * value,
  invertX: (pixel: number) => pixel / 10,
};

describe('near', () => {
  it('finds what passes through a box, also between two points', () => {
    const found = (left: number, right: number, top: number, bottom: number): readonly string[] =>
      linesIn(model, { left, right, top, bottom }, pixels).map(({ key }) => key);
    expect(found(0, 30, 0, 100)).toEqual(['low', 'rising', 'high']);
    expect(found(4, 6, 18, 22)).toEqual(['rising']);
    expect(found(21, 30, 60, 85)).toEqual([]);
  });
  it('agrees with looking along a stretch step by step', () => {
    const n = fc.integer({ min: -20, max: 20 });
    fc.assert(
      fc.property(n, n, n, n, fc.nat(10), fc.nat(10), (ax, ay, bx, by, width, height) => {
        const box = { left: 0, right: width, top: 0, bottom: height };
        const inside = Array.from({ length: 401 }, (_, at) => at / 400).some((share) => {
          const [x, y] = [ax + (bx - ax) * share, ay + (by - ay) * share];
          return x >= 0 && x <= width && y >= 0 && y <= height;
        });
        const said = crosses({ x: ax, y: ay }, { x: bx, y: by }, box);
        // Sampling may miss a corner that is only touched, but not the reverse.
        if (inside) expect(said).toBe(true);
        if (!said) expect(inside).toBe(false);
      }),
    );
  });
  it('finds the line under the pointer within reach', () => {
    expect(lineNear(model, { x: 5, y: 19 }, pixels, 8)?.key).toBe('rising');
    expect(lineNear(model, { x: 25, y: 12 }, pixels, 8)?.key).toBe('low');
    expect(lineNear(model, { x: 25, y: 50 }, pixels, 8)).toBeNull();
  });
});
