// A person's changes are marked on the curve, and a table shows only stored values, never interpolated ones.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf } from '../identity/identity.ts';
import { buildPlot } from './plot-model.ts';
import { storedAt } from './points.ts';

const options = {
  logX: false,
  logY: false,
  smoothing: 0,
  range: null,
  yRange: null,
  fromZero: false,
  guides: [],
  columns: 200,
};

describe('a changed learning rate', () => {
  it('is a mark on the line at the step it was changed after, whatever the axis counts', () => {
    const trace = {
      run: 'a',
      name: 'a',
      status: 'running' as const,
      step: [0, 100, 200, 300],
      points: { x: [0, 1000, 2000, 3000], y: [4, 3, 2, 1] },
      changes: [
        { step: 200, words: 'lr 1e-3' },
        { step: 250, words: 'lr 3e-4' },
      ],
    };
    const line = { key: 'a', look: identityOf(0), label: 'a', tag: 'a', traces: [trace], selected: false };
    expect(buildPlot([line], options).lines[0]?.changes).toEqual([
      { at: { x: 2000, y: 2 }, words: 'lr 1e-3' },
      { at: { x: 2000, y: 2 }, words: 'lr 3e-4' },
    ]);
    const empty = { ...trace, step: [], points: { x: [], y: [] } };
    expect(buildPlot([{ ...line, traces: [empty] }], options).lines[0]?.changes).toEqual([]);
  });
});

describe('storedAt', () => {
  it('gives what is stored there and nothing anywhere else', () => {
    const positions = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 40 });
    fc.assert(
      fc.property(positions, fc.integer({ min: 0, max: 500 }), (unsorted, at) => {
        const x = unsorted.toSorted((a, b) => a - b);
        const points = { x, y: x.map((position) => position + 0.5) };
        expect(storedAt(points, at)).toBe(x.includes(at) ? at + 0.5 : null);
      }),
    );
  });
});
