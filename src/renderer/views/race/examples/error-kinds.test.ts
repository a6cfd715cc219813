// Every wrong answer is of one kind, and the kinds are what their names say.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaskExamples } from '../../../../engine/spec/showing.ts';
import type { RunAnswers } from '../../../../protocol/state.ts';
import { confusionsOf, entriesOf, kindsOf } from './error-kinds.ts';
import { answered } from './example-figures.ts';

const names = ['?', 'A', 'B', 'C', 'D', 'E', '·'];
const copying = (wanted: readonly number[]): TaskExamples => ({
  names,
  examples: [
    {
      index: 0,
      symbols: [
        ...wanted.map((one) => ({ text: names[one] ?? '', role: 'data' as const })),
        { text: '·', role: 'blank', count: 5 },
        { text: '?', role: 'ask', count: wanted.length },
      ],
      asked: wanted.map((one, i) => ({ at: wanted.length + 5 + i, wanted: one })),
    },
  ],
});
const told = (...answers: readonly (readonly number[])[]): RunAnswers => ({
  run: 'a',
  step: 0,
  examples: answers.map((_, i) => i),
  answers,
  shares: null,
});

describe('kinds of errors', () => {
  it('say where a wrong symbol stands in the target, or that it is a filler or foreign', () => {
    const kinds = (wanted: readonly number[], given: readonly number[]) => kindsOf(copying(wanted), told(given));
    expect(kinds([1, 2, 3, 4], [1, 1, 3, 4])).toEqual({ before: 1 });
    expect(kinds([1, 2, 3, 4], [1, 3, 4, 4])).toEqual({ after: 2 });
    expect(kinds([1, 2, 3, 4], [4, 2, 3, 1])).toEqual({ elsewhere: 2 });
    expect(kinds([1, 2, 3, 4], [6, 0, 5, 4])).toEqual({ blank: 2, foreign: 1 });
    expect(kinds([1, 2], [1, 2])).toEqual({});
    expect(kindsOf(copying([1, 2]), null)).toEqual({});
  });

  it('of values are their side', () => {
    const adding: TaskExamples = {
      names: null,
      examples: [1, 0.5, 0.2].map((wanted, index) => ({ index, symbols: [], asked: [{ at: 0, wanted }] })),
    };
    expect(kindsOf(adding, told([0.2], [0.55], [0.9]))).toEqual({ low: 1, high: 1 });
  });

  it('and confusions count every wrong answer once', () => {
    const symbol = fc.integer({ min: 1, max: 5 });
    const given = fc.integer({ min: 0, max: 6 });
    const pairs = fc.array(fc.tuple(symbol, given), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(pairs, (all) => {
        const examples = copying(all.map(([wanted]) => wanted));
        const answers = told(all.map(([, answer]) => answer));
        const [example] = examples.examples;
        const right = example === undefined ? 0 : (answered(answers, example, examples)?.count ?? 0);
        const kinds = entriesOf(kindsOf(examples, answers)).map(([, count]) => count);
        const { wrong, top } = confusionsOf(examples, answers, 100);
        expect(kinds.reduce((sum, count) => sum + count, 0)).toBe(all.length - right);
        expect(wrong).toBe(all.length - right);
        expect(top.reduce((sum, { count }) => sum + count, 0)).toBe(wrong);
        for (const { wanted, answer, count } of top)
          expect(all.filter(([one, other]) => one === wanted && other === answer)).toHaveLength(count);
        expect(top.map(({ count }) => count)).toEqual(top.map(({ count }) => count).toSorted((a, b) => b - a));
        expect(confusionsOf(examples, answers, 2).top).toEqual(top.slice(0, 2));
      }),
    );
  });
});
