// Properties of the sentence that sums up a race: it does not depend on the order of the two settings, claims no difference the seeds
// cannot show, counts seeds correctly, and depends only on the ratio.
import { english } from '../core/say.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { earlierMetrics, valueMetrics, type RunMetric } from './task-metrics.ts';
import {
  compareGroups,
  goalOf,
  raceResult,
  resultWords,
  type Goal,
  type RacedGroup,
  type RacedRun,
} from './race-result.ts';

const none = { x: [], value: [] };
/** Reaches the goal at one evaluation of many, or never. */
const run = (at: number | null, every = 1, end = 200): RacedRun => {
  const x = Array.from({ length: Math.floor(end / every) }, (_, i) => (i + 1) * every);
  return {
    'val/accuracy': { x, value: x.map((one) => (at !== null && one >= at ? 1 : 0.1)) },
    'val/loss': { x, value: x.map((one) => (at !== null && one >= at ? 0.1 : 2)) },
  };
};
const group = (name: string, ...ats: readonly (number | null)[]): RacedGroup => ({
  name,
  runs: ats.map((at) => run(at)),
});
const metricsWith = (solved: number | null) =>
  earlierMetrics({ chanceLoss: null, chanceAccuracy: 0.1, solvedAccuracy: solved }, true);
const [loss, accuracy] = metricsWith(0.98);
const goal: Goal = { metric: accuracy, level: 0.98 };

const place = fc.option(fc.integer({ min: 1, max: 190 }), { nil: null, freq: 5 });
const places = fc.array(place, { minLength: 1, maxLength: 5 });

describe('a race of two', () => {
  it('says who was faster, by how much, and for how many seeds', () => {
    const result = compareGroups(group('minGRU', 10, 11, 12), group('GRU', 23, 24, 22), goal);
    expect(result).toMatchObject({ kind: 'faster', ratio: 23 / 11, winner: { name: 'minGRU', reached: 3, seeds: 3 } });
    expect(result && english(resultWords(result, 'active'))).toBe(
      'minGRU took 2.1x fewer seconds of training to an accuracy of 98 % than GRU; 3 of 3 seeds, too few to rule out chance.',
    );
  });
  it('says that the seeds overlap, that one seed proves little, and that some never arrived', () => {
    const words = (a: RacedGroup, b: RacedGroup): string | null => {
      const result = compareGroups(a, b, goal);
      return result && english(resultWords(result, 'step'));
    };
    expect(words(group('A', 10, 30), group('B', 25, 40))).toBe(
      'No difference larger than the spread: A and B took about as many steps to an accuracy of 98 %; 2 of 2 seeds.',
    );
    expect(words(group('A', 10), group('B', 40))).toBe(
      'A took 4.0x fewer steps to an accuracy of 98 % than B; one seed each, so chance is not ruled out.',
    );
    expect(words(group('A', 10, 12), group('B', null, null))).toBe(
      'A reached an accuracy of 98 % in 2 of 2 runs, B in 0 of 2.',
    );
    expect(words(group('A', 10, 12, 11), group('B', 50, 60, null))).toMatch(
      /3 of 3 seeds against 2 of 3, too few to rule out chance\.$/,
    );
    expect(words(group('A', null), group('B', null))).toBeNull();
  });
  it('does not depend on which is named first', () => {
    fc.assert(
      fc.property(places, places, (a, b) => {
        const [one, other] = [group('A', ...a), group('B', ...b)];
        expect(compareGroups(one, other, goal)).toEqual(compareGroups(other, one, goal));
      }),
    );
  });
  it('claims a difference only where no seed of the winner came after any of the loser', () => {
    fc.assert(
      fc.property(places, places, (a, b) => {
        const result = compareGroups(group('A', ...a), group('B', ...b), goal);
        if (result?.kind !== 'faster') return;
        const [win, lose] = result.winner.name === 'A' ? [a, b] : [b, a];
        for (const mine of win) for (const other of lose) expect(mine ?? Infinity).toBeLessThan(other ?? Infinity);
        expect(result.ratio).toBeGreaterThan(1);
      }),
    );
  });
  it('never tells apart what lies within one evaluation of each other', () => {
    const sparse = (at: number): RacedGroup => ({ name: `at ${at}`, runs: [run(at, 50)] });
    expect(compareGroups(sparse(51), sparse(99), goal)).toMatchObject({ kind: 'alike' });
    expect(compareGroups(sparse(60), sparse(110), goal)).toMatchObject({ kind: 'alike' });
    expect(compareGroups(sparse(60), sparse(160), goal)).toMatchObject({ kind: 'faster', ratio: 2 });
  });
  it('counts the seeds that reached the goal', () => {
    fc.assert(
      fc.property(places, places, (a, b) => {
        const result = compareGroups(group('A', ...a), group('B', ...b), goal);
        for (const side of result ? [result.winner, result.loser] : []) {
          const mine = side.name === 'A' ? a : b;
          expect(side).toEqual({
            name: side.name,
            reached: mine.filter((at) => at !== null).length,
            seeds: mine.length,
          });
        }
      }),
    );
  });
  it('gives the same ratio in any unit of the axis', () => {
    const scaled = (given: RacedGroup, by: number): RacedGroup => ({
      ...given,
      runs: given.runs.map((one) =>
        Object.fromEntries(
          Object.entries(one).map(([name, curve]) => [
            name,
            curve && { x: curve.x.map((x) => x * by), value: curve.value },
          ]),
        ),
      ),
    });
    fc.assert(
      fc.property(places, places, fc.integer({ min: 1, max: 1000 }), (a, b, by) => {
        const [one, other] = [group('A', ...a), group('B', ...b)];
        const plain = compareGroups(one, other, goal);
        const result = compareGroups(scaled(one, by), scaled(other, by), goal);
        expect(result?.kind).toBe(plain?.kind);
        if (result?.kind === 'faster' && plain?.kind === 'faster') expect(result.ratio).toBeCloseTo(plain.ratio, 9);
      }),
    );
  });
});

describe('the goal', () => {
  it('is the one of the task where a run reached it, else the loss that all reached', () => {
    const two = [group('A', 10), group('B', null)];
    expect(goalOf(two, metricsWith(0.98))).toEqual(goal);
    expect(goalOf(two, metricsWith(null))).toEqual({ metric: loss, level: 2 });
    expect(goalOf([group('A', null), group('B', null)], metricsWith(0.98))).toMatchObject({ metric: loss, level: 2 });
    expect(goalOf([{ name: 'A', runs: [{ 'val/accuracy': none, 'val/loss': none }] }], metricsWith(null))).toBeNull();
  });
});

describe('any metric', () => {
  it('is reached in its own direction and named with its unit', () => {
    const levels = { chance: null, blind: null, solved: null };
    for (const metric of valueMetrics({ variance: 2, unit: 'kW' })) {
      const better = metric.better === 'lower' ? 1 : 3;
      const at = (when: number): RacedRun => ({
        [metric.name]: { x: [10, 20, 30, 40], value: [10, 20, 30, 40].map((x) => (x >= when ? better : 2)) },
      });
      const declared: RunMetric = { ...metric, ...levels, solved: better };
      const raced = [
        { name: 'early', runs: [at(10)] },
        { name: 'late', runs: [at(40)] },
      ];
      const result = raceResult(raced, 0, [declared]);
      expect(result, metric.name).toMatchObject({
        kind: 'faster',
        winner: { name: 'early' },
        goal: { metric: declared },
      });
      const words =
        { 'val/loss': 'a loss of 1.00', 'val/absolute-error': 'MAE 1.00\u00a0kW' }[metric.name as string] ?? 'R² 3.00';
      expect(result && english(resultWords(result, 'step'))).toContain(`fewer steps to ${words} than late`);
    }
  });
});

describe('a race of many', () => {
  it('compares the baseline with the best of the others', () => {
    const groups = [group('loop', 90, 91), group('scan', 20, 21), group('fused', 9, 10)];
    expect(raceResult(groups, 0, metricsWith(0.98))).toMatchObject({
      kind: 'faster',
      winner: { name: 'fused' },
      loser: { name: 'loop' },
    });
    expect(raceResult(groups, 2, metricsWith(0.98))).toMatchObject({
      kind: 'faster',
      winner: { name: 'fused' },
      loser: { name: 'scan' },
    });
    expect(raceResult(groups.slice(0, 1), 0, metricsWith(0.98))).toBeNull();
  });
});
