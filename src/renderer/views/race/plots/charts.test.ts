// Tooltip rows, table positions, zoom arithmetic and the trend path.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityOf } from '../../../identity/identity.ts';
import { buildPlot, type LineInput, type Trace } from '../../../charts/plot-model.ts';
import { sparkPath } from '../board/spark-path.ts';
import { zoomAround } from './plot-gestures.ts';
import { tablePositions } from './table-positions.ts';
import { valueRows } from './value-rows.ts';

const options = {
  logX: false,
  logY: false,
  smoothing: 0.9,
  range: null,
  yRange: null,
  fromZero: false,
  guides: [],
  columns: 100,
};
const trace = (run: string, x: number[], y: number[], status: Trace['status']): Trace => ({
  run,
  name: run,
  status,
  step: x,
  points: { x, y },
});
const line = (label: string, traces: readonly Trace[]): LineInput => ({
  key: label,
  look: identityOf(0),
  tag: null,
  label,
  traces,
  selected: false,
});

describe('value rows', () => {
  const model = buildPlot(
    [
      line('slow', [trace('a', [1, 2, 3], [9, 8, 7], 'running')]),
      line('ended', [trace('b', [1, 2], [5, 4], 'stopped')]),
      line('pair', [trace('c', [1, 2, 3], [1, 2, 3], 'running'), trace('d', [1, 2, 3], [3, 4, 5], 'running')]),
      line('queued', [trace('e', [], [], 'queued')]),
      line('nan', [trace('f', [1, 3], [Number.NaN, Number.NaN], 'diverged')]),
    ],
    options,
  );
  const rows = valueRows(model, 3, true, (run) => (run === 'a' ? 0.5 : null));
  it('shows stored values, not smoothed ones, best first', () => {
    expect(rows.map((row) => [row.name, row.value])).toEqual([
      ['pair', 4],
      ['slow', 7],
      ['nan', Number.NaN],
      ['ended', null],
      ['queued', null],
    ]);
    expect(rows[0]).toMatchObject({ seeds: 2, sd: Math.SQRT2 });
    expect(rows[1]?.second).toBe(0.5);
  });
  it('says where a curve ended, and nothing where there is none', () => {
    expect(rows.find((row) => row.name === 'ended')?.ended).toEqual({ step: 2, open: false });
    expect(rows.find((row) => row.name === 'queued')?.ended).toBeNull();
  });
  it('puts the highest first where more is better', () => {
    expect(valueRows(model, 1, false, () => null)[0]?.name).toBe('slow');
  });
});

describe('table positions', () => {
  it('lists stored positions only, first and last kept', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 600 }), (xs) => {
        const x = xs.sort((a, b) => a - b);
        const { x: shown, total } = tablePositions([{ points: { x, y: x } }], { min: 0, max: 5000 }, 50);
        expect(total).toBe(x.length);
        expect(shown.length).toBeLessThanOrEqual(50);
        expect(shown.every((one) => x.includes(one))).toBe(true);
        expect([shown[0], shown.at(-1)]).toEqual([x[0], x.at(-1)]);
      }),
    );
  });
});

describe('zoomAround', () => {
  it('undoes itself and keeps the centre inside', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 100, noNaN: true }),
        fc.double({ min: 101, max: 1e4, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (min, max, share, logX) => {
          const model = { ...buildPlot([], options), x: { min, max }, logX };
          const centre = min + (max - min) * share;
          const near = zoomAround(model, centre, 0.5);
          expect(near.from).toBeLessThanOrEqual(centre * 1.000001);
          expect(near.to).toBeGreaterThanOrEqual(centre * 0.999999);
          const back = zoomAround({ ...model, x: { min: near.from, max: near.to } }, centre, 2);
          expect(back.from / min).toBeCloseTo(1, 6);
          expect(back.to / max).toBeCloseTo(1, 6);
        },
      ),
    );
  });
});

describe('sparkPath', () => {
  it('breaks at gaps and needs two points', () => {
    expect(sparkPath({ x: [1], y: [1] }, 10, 64, 18)).toBe('');
    expect(sparkPath({ x: [1, 2, 3, 4], y: [4, Number.NaN, 2, 1] }, 4, 64, 18).match(/M/g)).toHaveLength(2);
  });
});
