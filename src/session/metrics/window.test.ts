// Properties of a window, for any data and any window: nothing outside, nothing invented, no extreme missing, not too many points.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinPoints } from './codec.ts';
import type { SeriesColumns } from './codec.ts';
import { buildPyramid, chunkPoints, coarseBlock, fineBlock, mergeSummaries, summarise } from './summary.ts';
import { blocksOfPoints, summaryIn, windowOf } from './window.ts';
import type { Block, WindowQuery } from './window.ts';

/** The blocks of a sealed chunk, from its stored levels alone. */
function sealed(points: SeriesColumns, start: number): Block {
  const { summary, coarse, fine } = buildPyramid(points, start);
  const cut = (from: number, to: number): SeriesColumns => ({
    step: points.step.subarray(from, to),
    active: points.active.subarray(from, to),
    wall: points.wall.subarray(from, to),
    value: points.value.subarray(from, to),
  });
  const fineOf = (index: number): Block => ({
    start: start + index * fineBlock,
    summary: summaryIn(fine, index),
    parts: null,
    points: () => cut(index * fineBlock, (index + 1) * fineBlock),
  });
  const per = coarseBlock / fineBlock;
  const coarseOf = (index: number): Block => ({
    start: start + index * coarseBlock,
    summary: summaryIn(coarse, index),
    parts: () => Array.from({ length: per }, (_, k) => fineOf(index * per + k)),
    points: () => cut(index * coarseBlock, (index + 1) * coarseBlock),
  });
  return {
    start,
    summary,
    parts: () => Array.from({ length: chunkPoints / coarseBlock }, (_, index) => coarseOf(index)),
    points: () => points,
  };
}

function blocksOver(points: SeriesColumns): readonly Block[] {
  const blocks: Block[] = [];
  const n = points.step.length;
  const end = Math.floor(n / chunkPoints) * chunkPoints;
  const cut = (from: number, to: number): SeriesColumns => ({
    step: points.step.slice(from, to),
    active: points.active.slice(from, to),
    wall: points.wall.slice(from, to),
    value: points.value.slice(from, to),
  });
  for (let from = 0; from < end; from += chunkPoints) blocks.push(sealed(cut(from, from + chunkPoints), from));
  return [...blocks, ...blocksOfPoints(cut(end, n), end)];
}

/** Arbitrary data: repeated and jumping steps, clocks that may even go back, spikes, plateaus and non-finite values. */
const series = fc
  .record({
    n: fc.oneof(fc.integer({ min: 1, max: 9500 }), fc.noBias(fc.integer({ min: 1, max: 9500 }))),
    plateau: fc.boolean(),
    seed: fc.noBias(fc.integer({ min: 1, max: 2 ** 31 - 2 })),
    jumpy: fc.boolean(),
    backwards: fc.boolean(),
    holes: fc.constantFrom(0, 0.01, 0.5, 1),
  })
  .map(({ n, seed, plateau, jumpy, backwards, holes }): SeriesColumns => {
    let state = seed;
    const random = (): number => (state = (state * 48271) % 2147483647) / 2147483647;
    const step = new Float64Array(n);
    const active = new Float64Array(n);
    const wall = new Float64Array(n);
    const value = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const before = i > 0 ? (step[i - 1] ?? 0) : 0;
      step[i] = before + (jumpy ? Math.floor(random() ** 8 * 5000) : 1);
      active[i] = backwards ? random() * 100 : i * 0.1;
      wall[i] = (i > 0 ? (wall[i - 1] ?? 0) : 0) + random() ** 6 * 50;
      const height = plateau ? Math.round(random() * 20) - 10 : random();
      value[i] = random() < holes ? NaN : random() < 0.001 ? random() * 1e6 : height;
    }
    return { step, active, wall, value };
  });

const queries = fc.record({
  axis: fc.constantFrom('step' as const, 'active' as const, 'wall' as const),
  factor: fc.constantFrom(1, 128, 0.5),
  window: fc.option(
    fc.tuple(fc.double({ min: -0.2, max: 1.2, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
  ),
  columns: fc.oneof(fc.integer({ min: 1, max: 700 }), fc.noBias(fc.integer({ min: 1, max: 700 }))),
  scale: fc.constantFrom('linear' as const, 'log' as const),
});

interface Raw {
  readonly index: number;
  readonly step: number;
  readonly x: number;
  readonly value: number;
}

function setup(
  points: SeriesColumns,
  q: {
    axis: 'step' | 'active' | 'wall';
    factor: number;
    window: [number, number] | null;
    columns: number;
    scale: 'linear' | 'log';
  },
): {
  readonly query: WindowQuery;
  readonly inside: readonly Raw[];
} {
  const along = points[q.axis];
  const most = q.factor * along.reduce((high, x) => Math.max(high, x), 0);
  const from = q.window ? q.window[0] * most : null;
  const to = q.window ? (q.window[0] + q.window[1]) * most : null;
  const inside: Raw[] = [];
  along.forEach((base, index) => {
    const x = base * q.factor;
    if (x < (from ?? -Infinity) || x > (to ?? Infinity)) return;
    inside.push({ index, step: points.step[index] ?? NaN, x, value: points.value[index] ?? NaN });
  });
  return { query: { axis: q.axis, factor: q.factor, from, to, columns: q.columns, scale: q.scale }, inside };
}

const keyOf = (x: number, step: number, value: number | null): string => `${step}/${x}/${value}`;
const finite = (values: readonly (number | null)[]): number[] =>
  values.filter((v): v is number => v !== null && !Number.isNaN(v));

describe('windowOf', () => {
  it('gives only stored points, in order, with the extremes of the window whatever the data and the window are', () => {
    fc.assert(
      fc.property(series, queries, (points, q) => {
        const { query, inside } = setup(points, q);
        const { step, x, value, complete } = windowOf(blocksOver(points), query);
        const known = new Set(inside.map((p) => keyOf(p.x, p.step, Number.isNaN(p.value) ? null : p.value)));
        const invented = x.filter((_, i) => !known.has(keyOf(x[i] ?? NaN, step[i] ?? NaN, value[i] ?? null)));
        expect(invented).toEqual([]);
        expect(complete).toBe(inside.length <= 2 * q.columns);
        if (complete) expect(x).toEqual(inside.map((p) => p.x));
        const raw = finite(inside.map((p) => p.value));
        expect(Math.min(...finite(value))).toBe(Math.min(...raw));
        expect(Math.max(...finite(value))).toBe(Math.max(...raw));
        expect(value.includes(null)).toBe(inside.some((p) => Number.isNaN(p.value)));
        expect(step).toEqual([...step].sort((a, b) => a - b));
      }),
      { numRuns: 120 },
    );
  });

  it('keeps every spike within one column of its place', () => {
    fc.assert(
      fc.property(series, queries, (points, q) => {
        const { query, inside } = setup(points, { ...q, scale: 'linear' });
        const got = windowOf(blocksOver(points), query);
        const xs = inside.map((p) => p.x);
        const low = query.from ?? Math.min(...xs);
        const high = query.to ?? Math.max(...xs);
        const column = (high - low) / query.columns;
        const near = (p: Raw, holds: (value: number | null) => boolean): boolean =>
          got.x.some((x, i) => Math.abs(x - p.x) <= column * (1 + 1e-9) && holds(got.value[i] ?? null));
        for (let i = 0; i < inside.length; i += Math.ceil(inside.length / 200)) {
          const p = inside[i];
          if (!p) continue;
          if (Number.isNaN(p.value)) expect(near(p, (v) => v === null)).toBe(true);
          else
            expect(near(p, (v) => v !== null && v >= p.value) && near(p, (v) => v !== null && v <= p.value)).toBe(true);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('returns at most five points for one and a half times as many groups as there are columns', () => {
    fc.assert(
      fc.property(series, queries, (points, q) => {
        const query = setup(points, { ...q, axis: 'wall', scale: 'linear' }).query;
        const { x } = windowOf(blocksOver(points), query);
        expect(x.length).toBeLessThanOrEqual(5 * (1.5 * q.columns + 2));
      }),
      { numRuns: 80 },
    );
  });

  it('shows the decades of a logarithmic axis alike', () => {
    const n = 8192;
    const count = (scale: 'linear' | 'log'): number => {
      const along = Float64Array.from({ length: n }, (_, i) => i);
      const points = { step: along, active: along, wall: along, value: along.map((i) => Math.sin(i)) };
      const query = { axis: 'step', factor: 1, from: null, to: null, columns: 60, scale } as const;
      return windowOf(blocksOver(points), query).x.filter((x) => x < n / 64).length;
    };
    expect(count('log')).toBeGreaterThan(10 * count('linear'));
  });

  it('has no points for an empty series and refuses a window without columns', () => {
    const query = { axis: 'step', factor: 1, from: null, to: null, columns: 100, scale: 'linear' } as const;
    expect(windowOf([], query)).toEqual({ step: [], x: [], value: [], complete: true });
    expect(() => windowOf([], { ...query, columns: 0 })).toThrow('columns');
  });
});

describe('summaries', () => {
  it('merge to the summary of the whole', () => {
    fc.assert(
      fc.property(series, fc.noBias(fc.integer({ min: 0, max: 1000 })), (points, where) => {
        const n = points.step.length;
        const cut = Math.floor((where / 1000) * n);
        const parts = [[0, cut] as const, [cut, n] as const].filter(([from, to]) => to > from);
        const merged = mergeSummaries(parts.map(([from, to]) => summarise(points, from, to, 7)));
        expect(merged).toEqual(summarise(points, 0, n, 7));
      }),
      { numRuns: 60 },
    );
  });

  it('join points without changing a bit', () => {
    fc.assert(
      fc.property(series, series, (a, b) => {
        expect([...joinPoints([a, b]).value]).toEqual([...a.value, ...b.value]);
      }),
      { numRuns: 20 },
    );
  });
});
