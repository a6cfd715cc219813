// Figures of stored answers: counts, kinds, bins and scores follow from the answers alone.
import { describe, expect, it } from 'vitest';
import type { RunAnswers } from '../../../../protocol/state.ts';
import { answered, answersAt, binsOf, kindOf, scores, thinned, wrongPlaces } from './example-figures.ts';
import { linesOf } from '../../../components/text-lines.ts';
import { markAt, stepsOf } from '../samples/sample-choice.ts';
import { lossPaths, nearest, tickSteps } from '../samples/scrub-picture.ts';

const symbols = (n: number) => Array.from({ length: n }, () => ({ text: 'A', role: 'data' as const }));
const example = (index: number, wanted: readonly number[], length = 4) => ({
  index,
  symbols: symbols(length),
  asked: wanted.map((one, i) => ({ at: i, wanted: one })),
});
const told = (step: number, answers: readonly (readonly number[])[]): RunAnswers => ({
  run: 'a',
  step,
  examples: answers.map((_, i) => i * 5),
  answers,
  shares: answers.map((one) => one.map(() => 0.5)),
});
const names = ['a', 'b', 'c'];

describe('answers', () => {
  it('are right where they are what was wanted, by class or within a tenth of a value', () => {
    const both = told(1, [
      [1, 2],
      [0, 0],
    ]);
    expect(answered(both, example(0, [1, 1]), { names })).toMatchObject({ right: [true, false], count: 1, share: 0.5 });
    expect(answered(both, example(5, [0, 0]), { names })?.count).toBe(2);
    expect(answered(both, example(7, [0, 0]), { names })).toBeNull();
    expect(answered(both, example(0, [1]), { names }), 'asked otherwise now').toBeNull();
    const values = { ...told(1, [[1.05]]), shares: null };
    expect(answered(values, example(0, [1.1]), { names: null })).toMatchObject({ count: 1, share: null });
    expect(answered(values, example(0, [1.2]), { names: null })?.count).toBe(0);
  });

  it('are those of the last step that is not later', () => {
    const all = [told(0, [[0]]), told(10, [[1]])];
    expect([-1, 0, 9, 10, 99].map((step) => answersAt(all, step)?.step ?? null)).toEqual([null, 0, 0, 10, 10]);
  });

  it('say what the runs make of an example together', () => {
    const of = (answer: number) => answered(told(0, [[answer]]), example(0, [1]), { names });
    expect(kindOf([of(1), of(1)])).toBe('right');
    expect(kindOf([of(1), of(0)])).toBe('disagree');
    expect(kindOf([of(0), null])).toBe('wrong');
    expect(kindOf([null])).toBeNull();
    expect(wrongPlaces([true, false, true, false, false])).toBe('2, 4-5');
  });
});

describe('bins', () => {
  it('hold every asked place exactly once, by position or, with one answer each, by size', () => {
    const long = [
      example(
        0,
        Array.from({ length: 40 }, () => 1),
      ),
      example(5, [1, 1, 1]),
    ];
    const sizes = [3, 9, 20, 47].map((size, i) => example(i, [1], size));
    for (const [all, by] of [
      [long, 'position'],
      [sizes, 'size'],
    ] as const) {
      const bins = binsOf(all);
      expect(bins.by).toBe(by);
      expect(bins.bins.length).toBeLessThanOrEqual(16);
      for (const one of all)
        one.asked.forEach((_, place) => expect(bins.bins.filter((bin) => bin.holds(one, place))).toHaveLength(1));
    }
    expect(binsOf([]).bins).toEqual([]);
  });

  it('give shares that add up to the whole', () => {
    const all = [example(0, [1, 2]), example(5, [0, 0])];
    const { bins } = binsOf(all);
    const result = scores(
      all,
      bins,
      told(0, [
        [1, 0],
        [0, 0],
      ]),
      { names },
    );
    expect(result).toEqual({ bins: [1, 0.5], answers: 0.75, perfect: 0.5 });
    expect(scores(all, bins, null, { names })).toEqual({ bins: [null, null], answers: null, perfect: null });
  });

  it('thin many steps evenly and keep both ends', () => {
    const steps = Array.from({ length: 100 }, (_, i) => i * 10);
    const few = thinned(steps, 24);
    expect([few.length, few[0], few.at(-1)]).toEqual([24, 0, 990]);
    expect(thinned([1, 2], 24)).toEqual([1, 2]);
  });
});

describe('samples', () => {
  const mark = (id: number, step: number, seed = 1) => ({ id, run: 'a', step, prompt: 'p', temperature: 1, seed });
  const asked = { prompt: 'p', temperature: 1, seed: 1 };

  it('are those that were asked for alike, the newest at or before a step', () => {
    const marks = [mark(1, 0), mark(2, 20), mark(3, 20), mark(4, 10, 2)];
    expect([-1, 0, 19, 20].map((step) => markAt(marks, asked, step)?.id ?? null)).toEqual([null, 1, 1, 3]);
    expect(stepsOf(new Map([['a', marks]]), ['a', 'b'], asked)).toEqual([0, 20]);
  });

  it('keep the place of each letter when they are cut into lines', () => {
    expect(linesOf(['a', '\n', '\n', 'bc', 'd\ne'])).toEqual([
      [{ at: 0, text: 'a' }],
      [],
      [
        { at: 3, text: 'bc' },
        { at: 4, text: 'd' },
      ],
      [{ at: 4, text: 'e' }],
    ]);
  });
});

describe('the slider', () => {
  it('goes to the nearest stored step', () => {
    expect([-5, 4, 6, 99].map((at) => nearest([0, 10, 20], at))).toEqual([0, 0, 1, 2]);
    expect(nearest([], 3)).toBe(-1);
  });

  it('has round ticks from zero to the end, and curves with gaps', () => {
    for (const end of [1, 7, 60, 676, 10_000, 123_456]) {
      const ticks = tickSteps(end, 700);
      expect(ticks[0]).toBe(0);
      expect(ticks.at(-1)).toBeLessThanOrEqual(end);
      expect(ticks.length).toBeLessThanOrEqual(11);
    }
    const frame = { end: 3, width: 30, top: 0, base: 10 };
    const [gap, none] = lossPaths([{ x: [0, 1, 2, 3], y: [1, NaN, 1, Math.E] }, null], frame);
    expect(gap).toBe('M0.0 10.0M20.0 10.0L30.0 0.0');
    expect(none).toBe('');
  });
});
