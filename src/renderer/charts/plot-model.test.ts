// What a chart guarantees about its data, independent of drawing.
import { describe, expect, it } from 'vitest';
import { identityOf } from '../identity/identity.ts';
import { nearestX, stepX } from './plot-cursor.ts';
import { buildPlot, type LineInput, type PlotOptions, type Trace } from './plot-model.ts';
import { extentOfX } from './points.ts';

const trace = (run: string, x: number[], y: number[], status: Trace['status'] = 'running'): Trace => ({
  run,
  name: run,
  status,
  step: x,
  points: { x, y },
});
const line = (traces: readonly Trace[]): LineInput => ({
  key: traces[0]?.run ?? '',
  look: identityOf(0),
  tag: null,
  label: 'minGRU',
  traces,
  selected: false,
});
const options: PlotOptions = {
  logX: false,
  logY: false,
  smoothing: 0,
  range: null,
  yRange: null,
  fromZero: false,
  guides: [],
  columns: 200,
};

describe('buildPlot', () => {
  it('keeps the last finite point of a diverged run and marks the gap', () => {
    const model = buildPlot([line([trace('a', [1, 2, 3], [1, 9, Number.NaN], 'diverged')])], options);
    const [drawn] = model.lines;
    expect(drawn?.end).toEqual({ x: 2, y: 9 });
    expect(drawn?.endStep).toBe(2);
    expect(drawn?.gaps).toEqual([3]);
    expect(drawn?.status).toBe('diverged');
    expect(model.y.max).toBeGreaterThanOrEqual(9);
  });
  it('draws seeds as a band around their mean and says which status the repeat has', () => {
    const model = buildPlot(
      [line([trace('a', [1, 2], [1, 2], 'finished'), trace('b', [1, 2], [3, 6], 'paused')])],
      options,
    );
    expect(model.lines[0]?.line).toEqual([
      { x: 1, y: 2 },
      { x: 2, y: 4 },
    ]);
    expect(model.lines[0]?.high.map(({ y }) => y)).toEqual([3, 6]);
    expect(model.lines[0]?.status).toBe('paused');
  });
  it('counts what a logarithmic axis cannot show instead of dropping it silently', () => {
    const model = buildPlot([line([trace('a', [0, 1, 10], [5, 0, 2])])], { ...options, logX: true, logY: true });
    expect(model.hidden).toBe(2);
    expect(model.x.min).toBeGreaterThan(0);
    expect(model.lines[0]?.end).toEqual({ x: 10, y: 2 });
  });
  it('draws the raw line only behind a smoothed one', () => {
    const input = [line([trace('a', [1, 2, 3, 4], [1, 5, 1, 5])])];
    expect(buildPlot(input, options).lines[0]?.raw).toEqual([]);
    expect(buildPlot(input, { ...options, smoothing: 0.9 }).lines[0]?.raw).toHaveLength(4);
  });
  it('fits y to the zoomed x range and keeps guides in sight', () => {
    const input = [line([trace('a', [1, 2, 3, 4, 5], [100, 1, 1, 1, 1])])];
    const zoomed = buildPlot(input, { ...options, range: { from: 3, to: 5 }, guides: [3] });
    expect(zoomed.x).toEqual({ min: 3, max: 5 });
    expect(zoomed.y.max).toBeGreaterThanOrEqual(3);
    expect(zoomed.y.max).toBeLessThan(10);
  });
  it('gives charts that share a cursor the same horizontal axis, with and without data of their own', () => {
    const common = { min: 1, max: 40 };
    for (const input of [[line([trace('a', [5, 9], [1, 2])])], []]) {
      expect(buildPlot(input, { ...options, common }).x).toEqual({ min: 0, max: 40 });
      expect(buildPlot(input, { ...options, common, logX: true }).x).toEqual(common);
    }
  });
  it('shows an empty frame without data', () => {
    expect(buildPlot([], options)).toMatchObject({ lines: [], x: { min: 0, max: 1 }, hidden: 0 });
  });
});

describe('extentOfX', () => {
  it('is the first and last position, of the positive ones for a logarithmic axis', () => {
    expect(extentOfX([0, 3, 8], false)).toEqual({ min: 0, max: 8 });
    expect(extentOfX([0, 3, 8], true)).toEqual({ min: 3, max: 8 });
    expect(extentOfX([0], true)).toBeNull();
    expect(extentOfX([], false)).toBeNull();
  });
});

describe('cursor', () => {
  const model = buildPlot([line([trace('a', [10, 20, 30], [1, 2, 3])]), line([trace('b', [15], [1])])], options);
  it('snaps to stored points', () => {
    expect(nearestX(model, 14)).toBe(15);
    expect(nearestX(model, 1000)).toBe(30);
    expect(nearestX(buildPlot([], options), 3)).toBeNull();
  });
  it('moves point by point and stops at the ends', () => {
    expect(stepX(model, null, 1)).toBe(10);
    expect(stepX(model, 10, 1)).toBe(20);
    expect(stepX(model, 20, 10)).toBe(30);
    expect(stepX(model, 10, -1)).toBe(10);
    expect(stepX(model, null, -1)).toBe(30);
  });
});
