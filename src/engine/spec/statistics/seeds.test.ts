// What is shown of seeds and comparisons: no interval where there is none to show, nobody dropped, and words that say what was done.
import { describe, expect, it } from 'vitest';
import { asIs, english } from '../../core/say.ts';
import { accuracyLook, lossMetric, type RunMetric } from '../task-metrics.ts';
import { compareVariants, type Variant } from './comparisons.ts';
import { seedMarks } from './seed-picture.ts';
import { ruleWords, summaryWords, verdictWords } from './seed-words.ts';
import { summariseSeeds, type SeedResult } from './seeds.ts';

const none = { chance: null, blind: null, solved: null };
const loss: RunMetric = { ...lossMetric, ...none, unit: 'nats' };
const accuracy: RunMetric = { ...accuracyLook, ...none, chance: 0.0625, worst: 0.0625 };
const failing: RunMetric = { ...accuracy, canFail: true, solved: 0.98 };

/** Seeds from 1; null = diverged, undefined = missing. */
const results = (...values: readonly (number | null | undefined)[]): readonly SeedResult[] =>
  values.map((value, at) => ({
    seed: at + 1,
    status: value === undefined ? 'missing' : value === null ? 'diverged' : 'ok',
    value: value ?? null,
  }));
const said = (metric: RunMetric, ...values: readonly (number | null | undefined)[]): string =>
  english(summaryWords(summariseSeeds(metric, results(...values)), metric));

describe('the seeds of a variant', () => {
  it('have an interval only where one can be shown', () => {
    const kindOf = (metric: RunMetric, ...values: readonly (number | null)[]) =>
      summariseSeeds(metric, results(...values)).intervalKind;
    expect(kindOf(loss, 1)).toBeNull();
    expect(kindOf(loss, 1, 2)).toBeNull();
    expect(kindOf(loss, 1, 2, 3)).toBe('t');
    expect(kindOf(loss, 1, 1, 1)).toBeNull();
    expect(kindOf(loss, 1, 2, null)).toBeNull();
    expect(kindOf(accuracy, 0.9, 0.95, null)).toBe('t');
    expect(kindOf(failing, 0.99, 0.98, 0.4)).toBe('bounded');
    // A loss of such a task has no bounds that would help: its solved runs are counted.
    expect(kindOf({ ...loss, canFail: true, solved: 0.01 }, 0.001, 0.002, 0.16)).toBeNull();
  });

  it('count every run and call things by their names', () => {
    expect(said(loss, 1.5)).toBe('1.500\u00a0nats, 1 seed');
    expect(said(loss, 1.5, 1.5, 1.5)).toBe('all 3 equal, 1.500\u00a0nats: does the seed change anything?');
    expect(said(loss, 1, 2, 3)).toBe(
      'mean 2.000\u00a0nats over 3 seeds; sd 1.000\u00a0nats; 95 % interval [-0.4841, 4.484]\u00a0nats (t; assumes bell-shaped seeds)',
    );
    expect(said(loss, 1, 2, null, undefined)).toBe(
      'mean of the 2 runs that stayed finite 1.500\u00a0nats; 1 of 3 diverged; 1 without a result',
    );
    expect(said(failing, 0.99, 0.99, null)).toMatch(/^2 of 3 seeds solved it; mean 68\.08\u00a0% over 3 seeds/);
    expect(said(failing, undefined)).toBe('1 without a result');
    expect(said(loss)).toBe('no result yet');
  });

  it('are all in the picture, and an interval that leaves it is cut and marked', () => {
    const summaries = [results(1, 2, 3), results(2, 2.1, 2.2)].map((one) => summariseSeeds(loss, one));
    const marks = seedMarks({ summaries }, 0, { width: 240, height: 24, dot: 'red', line: 'black' });
    const dots = marks.filter(({ kind }) => kind === 'point');
    expect(dots).toHaveLength(3);
    for (const dot of dots) {
      if (dot.kind !== 'point') continue;
      expect(dot.at[0]).toBeGreaterThanOrEqual(8);
      expect(dot.at[0]).toBeLessThanOrEqual(232);
    }
    expect(marks.filter(({ kind }) => kind === 'line')).toHaveLength(2);
  });
});

describe('variants against a reference', () => {
  const variant = (name: string, data: string, ...values: readonly (number | null)[]): Variant => ({
    name,
    data,
    results: results(...values),
  });

  it('are paired where they read the same data, and say how many pairs were lost', () => {
    const [one] = compareVariants(loss, [variant('a', 'x', 1, 2, 3, 4), variant('b', 'x', 1.1, 2.1, 3.2)], 1).pairs;
    expect(one).toMatchObject({ paired: true, dropped: 1, n: [3, 3] });
    const [other] = compareVariants(loss, [variant('a', 'x', 1, 2, 3), variant('b', 'y', 1.1, 2.1, 3.2)], 1).pairs;
    expect(other).toMatchObject({ paired: false, dropped: 0, n: [3, 3] });
  });

  it('are better by the direction of the metric', () => {
    const comparison = compareVariants(
      loss,
      [variant('low', 'x', 1, 1.01, 1.02), variant('high', 'x', 2, 2.02, 2.01)],
      1,
    );
    const [one] = comparison.pairs;
    if (one === undefined) throw new Error('a comparison is required');
    expect(one.verdict.verdict).toBe('holds');
    expect(one.poi).toBe(1);
    expect(one.difference).toBeLessThan(0);
    expect(english(verdictWords(one, comparison, asIs<string>('low'), asIs<string>('high')))).toMatch(
      /^low is better than high\. /,
    );
  });

  it('are corrected for how many they are: what one comparison decides, ten may not', () => {
    const reference = variant('r', 'x', 1, 1.1, 1.2, 1.3);
    const other = variant('a', 'x', 1.1, 1.28, 1.25, 1.45);
    const alone = compareVariants(loss, [reference, other], 0);
    const ten = compareVariants(loss, [reference, ...Array.from({ length: 10 }, () => other)], 0);
    expect(alone.pairs[0]?.verdict.verdict).toBe('does-not-hold');
    expect(ten.family).toBe(10);
    const [first] = ten.pairs;
    expect(first?.verdict.verdict).toBe('not-decided');
    expect(first && english(ruleWords(first, ten))).toMatch(/^not after correcting for 10 comparisons/);
  });

  it('of a task that can fail are never decided by three against three, and say so', () => {
    const comparison = compareVariants(
      failing,
      [variant('a', 'x', 0.99, 0.991, 0.992), variant('b', 'x', 0.4, 0.41, 0.42)],
      1,
    );
    const [one] = comparison.pairs;
    expect(one?.verdict).toMatchObject({ verdict: 'not-decided', reason: 'ranks' });
    expect(one && english(ruleWords(one, comparison))).toBe('3 against 3 seeds cannot reach 5 %; 4 against 4 can');
  });

  it('with diverged runs that have no value are left to ranks', () => {
    const comparison = compareVariants(
      loss,
      [variant('a', 'x', 1, 1.1, 1.2, 1.3), variant('b', 'x', null, null, 1.5, 1.6)],
      1,
    );
    expect(comparison.pairs[0]).toMatchObject({ difference: null, interval: null, poi: 1 });
    expect(comparison.pairs[0]?.verdict).toMatchObject({ verdict: 'holds', reason: 'ranks' });
  });

  it('are not compared while nothing has ended', () => {
    const comparison = compareVariants(loss, [variant('a', 'x'), variant('b', 'x')], 0);
    expect(comparison.pairs[0]).toMatchObject({ difference: null, rankP: null, adjustedP: null });
    expect(comparison.family).toBe(0);
  });
});
