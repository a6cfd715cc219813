// The axes of a sweep: every value has a position, and a brush writes a filter for exactly what it covers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valueMetrics } from '../../../../engine/spec/task-metrics.ts';
import type { BoardRow } from '../board/board-rows.ts';
import type { SettingsColumn } from '../board/settings-columns.ts';
import { parseFilter, withComparisons } from '../reading/filter.ts';
import { pressed, type Press } from './brush-keys.ts';
import {
  brushOf,
  comparisonsOf,
  coveredBy,
  fanned,
  placeOf,
  sweepAxes,
  type Stretch,
  type SweepAxis,
} from './sweep-axes.ts';

const column = (id: string, numeric: boolean): SettingsColumn => ({
  id,
  owner: null,
  name: id,
  field: null,
  numeric,
  valueOf: (spec) => (spec as unknown as Record<string, number | string>)[id] ?? null,
});
const row = (key: string, spec: Record<string, number | string>, loss: number | null): BoardRow =>
  ({
    key,
    group: { first: { spec } },
    numbers: {
      metrics: { 'val/loss': [loss], 'val/explained-variance': [loss] },
      tokensPerSecond: [],
      shortTokensPerSecond: null,
      plannedBytes: null,
      memoryCheck: null,
    },
  }) as unknown as BoardRow;
const columns = [column('model', false), column('lr', true), column('same', true)];
const rows = [1, 2, 3, 4, 5, 6].map((n) =>
  row(`r${n}`, { model: n % 2 ? 'GRU' : 'minGRU', lr: n / 1000, same: 1 }, n / 10),
);
const metrics = valueMetrics({ variance: 1 }).map((metric) => ({ ...metric, chance: null, blind: null, solved: null }));
const axes = sweepAxes(columns, ({ id }) => id, rows, metrics);
const axis = (id: string): SweepAxis => axes.find((one) => one.id === id)!;

describe('axes', () => {
  it('are the settings that vary and the results that there are', () => {
    expect(axes.map(({ id, kind }) => [id, kind])).toEqual([
      ['model', 'setting'],
      ['lr', 'setting'],
      ['loss', 'result'],
      ['explained-variance', 'result'],
    ]);
  });
  it('put the better result higher and larger settings higher', () => {
    const place = (id: string, value: number): number => placeOf(axis(id), value) ?? Number.NaN;
    expect(place('loss', 0.1)).toBeGreaterThan(place('loss', 0.6));
    expect(place('explained-variance', 0.1)).toBeLessThan(place('explained-variance', 0.6));
    expect(place('lr', 0.006)).toBeGreaterThan(place('lr', 0.001));
    expect(placeOf(axis('loss'), null)).toBeNull();
  });
  it('fan runs of one value within its own room, each at a place of its own', () => {
    const places = [...fanned(axis('model'), rows).values()];
    expect(new Set(places).size).toBe(rows.length);
    for (const [at, place] of places.entries()) expect(place < 0.5).toBe(at < 3);
  });
});

describe('the brush', () => {
  it('keeps exactly the runs whose values it covers, and comes back from the filter where it was put', () => {
    const place = fc.integer({ min: 0, max: 100 }).map((n) => n / 100);
    fc.assert(
      fc.property(fc.constantFrom(...axes), place, place, (one, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const comparisons = comparisonsOf(one, { low, high });
        const filter = withComparisons('', one.quantity, comparisons);
        const { rules, problems } = parseFilter(filter, [one.quantity]);
        expect(problems).toEqual([]);
        const key = one.quantity.key;
        const kept = rows.filter((each) =>
          rules.every((rule) => rule.keeps({ text: '', values: { [key]: one.of(each) } })),
        );
        if (one.values === null || comparisons.length === 0) return;
        const covered = rows.filter((each) => {
          const at = placeOf(one, one.of(each)) ?? -1;
          return at >= low && at <= high;
        });
        expect(kept).toEqual(covered);
        const back = brushOf(one, rules);
        expect(comparisonsOf(one, back ?? { low: 0, high: 1 })).toEqual(comparisons);
      }),
    );
  });
  it('covers a stretch of a result whichever end is better', () => {
    const [better, worse] = [placeOf(axis('loss'), 0.19) ?? 0, placeOf(axis('loss'), 0.41) ?? 0];
    const comparisons = comparisonsOf(axis('loss'), { low: worse, high: better });
    expect(comparisons).toEqual([
      { operator: '>=', values: ['0.19'] },
      { operator: '<=', values: ['0.41'] },
    ]);
    const { rules } = parseFilter(withComparisons('', axis('loss').quantity, comparisons), [axis('loss').quantity]);
    const back = brushOf(axis('loss'), rules);
    expect([back?.low, back?.high].map((place) => place?.toFixed(6))).toEqual(
      [worse, better].map((place) => place.toFixed(6)),
    );
  });
});

/** The brush after a key press, as read from the filter. */
function through(one: SweepAxis, now: Stretch | null, press: Press): Stretch | null {
  const next = pressed(one, now, press);
  const filter = withComparisons('', one.quantity, next === null ? [] : comparisonsOf(one, next));
  return brushOf(one, parseFilter(filter, [one.quantity]).rules);
}
const presses = (one: SweepAxis, ...all: readonly Press[]): Stretch | null =>
  all.reduce<Stretch | null>((now, press) => through(one, now, press), null);
const times = (press: Press, count: number): readonly Press[] => Array.from({ length: count }, () => press);

describe('the keys of a brush', () => {
  const anyPress = fc.constantFrom<Press>('up', 'down', 'wider', 'narrower', 'top', 'bottom', 'none');
  it('reach every run of neighbouring values', () => {
    const lr = axis('lr');
    const values = lr.values ?? [];
    for (const [first] of values.entries()) {
      for (let last = first; last < values.length; last += 1) {
        const now = presses(lr, 'bottom', ...times('up', first), ...times('wider', last - first));
        expect(coveredBy(lr, now ?? { low: 0, high: 1 })).toEqual(values.slice(first, last + 1));
      }
    }
  });
  it('stay on the axis and keep something, whatever is pressed, and Escape gives everything back', () => {
    fc.assert(
      fc.property(fc.constantFrom(...axes), fc.array(anyPress, { maxLength: 12 }), (one, all) => {
        const now = presses(one, ...all);
        expect(now?.low ?? 0).toBeGreaterThanOrEqual(-1e-9);
        expect(now?.high ?? 1).toBeLessThanOrEqual(1 + 1e-9);
        if (one.values !== null && now !== null) expect(coveredBy(one, now)).not.toEqual([]);
        expect(through(one, now, 'none')).toBeNull();
      }),
    );
  });
  it('move by what they say: up and down undo each other, wider loses nothing, narrower gains nothing', () => {
    const room = 0.01;
    fc.assert(
      fc.property(fc.constantFrom(...axes), fc.array(anyPress, { maxLength: 8 }), (one, all) => {
        const now = presses(one, ...all) ?? { low: 0, high: 1 };
        const [up, wide, narrow] = (['up', 'wider', 'narrower'] as const).map(
          (press) => through(one, now, press) ?? { low: 0, high: 1 },
        ) as [Stretch, Stretch, Stretch];
        if (now.high < 1 - 0.3) {
          expect(up.low).toBeGreaterThan(now.low);
          const back = through(one, up, 'down') ?? { low: 0, high: 1 };
          expect(Math.abs(back.low - now.low)).toBeLessThan(room);
          expect(Math.abs(back.high - now.high)).toBeLessThan(room);
        }
        expect(wide.low).toBeLessThan(now.low + room);
        expect(wide.high).toBeGreaterThan(now.high - room);
        expect(narrow.low).toBeGreaterThan(now.low - room);
        expect(narrow.high).toBeLessThan(now.high + room);
      }),
    );
  });
});

describe('the ends of a brush', () => {
  const close = [95.1, 95.35, 95.62, 95.9].map((loss, n) => row(`c${n}`, { model: 'GRU', lr: n }, loss));
  const loss = sweepAxes(columns, ({ id }) => id, close, metrics).find(({ id }) => id === 'loss')!;
  it('are as exact as the screen, however near the results lie to each other', () => {
    const place = fc.integer({ min: 0, max: 100 }).map((n) => n / 100);
    fc.assert(
      fc.property(place, place, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b) + 0.02];
        const filter = withComparisons('', loss.quantity, comparisonsOf(loss, { low, high }));
        const back = brushOf(loss, parseFilter(filter, [loss.quantity]).rules) ?? { low: 0, high: 1 };
        expect(Math.abs(back.low - Math.max(0, low))).toBeLessThan(0.004);
        expect(Math.abs(back.high - Math.min(1, high))).toBeLessThan(0.004);
      }),
    );
  });
});
