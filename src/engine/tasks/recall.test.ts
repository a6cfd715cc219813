// Tasks of recall against their published rules, recomputed here from the tokens alone: exact answers, and frequencies by chi-square.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chiSquareChance, uniformShares } from '../../../tests/support/chi-square.ts';
import { prepare, refusal, rows, tally, unlikely, type Row } from '../../../tests/support/generated-rows.ts';
import { saying } from '../../../tests/support/saying.ts';
import { ints, makeBatch } from './streams.ts';

const different = (values: readonly number[]): boolean => new Set(values).size === values.length;
const asked = ({ y }: Row): number[] => y.flatMap((answer, at) => (answer >= 0 ? [at] : []));

describe('mqar', () => {
  it.each([false, true])('has the layout of its rule; any tokens between the queries: %s', (random) => {
    const cases = fc.record({
      pairs: fc.integer({ min: 1, max: 6 }),
      passes: fc.integer({ min: 1, max: 3 }),
      more: fc.nat(8),
      spare: fc.integer({ min: 1, max: 40 }),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(cases, ({ pairs, passes, more, spare, seed }) => {
        const length = 2 * pairs * (passes + 1) + 2 * more;
        const vocabulary = length + spare + 2;
        const filler = random ? 'random' : 'blank';
        const task = prepare('mqar-v1', { length, pairs, passes, vocabulary, filler });
        const half = Math.floor(vocabulary / 2);
        for (const row of rows(task, 3, seed)) {
          const shown = Array.from({ length: pairs }, (_, i) => [row.x[2 * i], row.x[2 * i + 1]]);
          const context = 2 * pairs * passes;
          expect(row.x.slice(0, context)).toEqual(new Array(passes).fill(shown.flat()).flat());
          expect(different(shown.map(([key]) => key))).toBe(true);
          expect(different(shown.map(([, value]) => value))).toBe(true);
          expect(shown.every(([key, value]) => key >= 1 && key < half && value >= half && value < vocabulary)).toBe(
            true,
          );
          const places = asked(row);
          expect(places).toHaveLength(pairs);
          expect(places.every((at) => at >= context && (at - context) % 2 === 0)).toBe(true);
          const answers = new Map(shown.map(([key, value]) => [key, value]));
          expect(places.map((at) => row.y[at])).toEqual(places.map((at) => answers.get(row.x[at])));
          expect(new Set(places.map((at) => row.x[at])).size).toBe(pairs);
          if (!random)
            expect(row.x.every((token, at) => at < context || (token === 0) !== places.includes(at))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('draws gaps by a power law without replacement, keys and values evenly', () => {
    const task = prepare('mqar-v1', { length: 16, pairs: 2, vocabulary: 24, power: 0.3 });
    const drawn = rows(task, 20_000);
    const gapsOf = ({ x }: Row): number[] => [0, 2].map((i) => (x.indexOf(x[i], 4) - 4) / 2);
    const weights = Array.from({ length: 6 }, (_, g) => (g + 1) ** (0.3 - 1));
    const total = weights.reduce((sum, weight) => sum + weight);
    // In order: the first by its share, the second by its share of what is left.
    const orders = weights.flatMap((a, i) =>
      weights.flatMap((b, j) => (i === j ? [] : [[i, j, (a / total) * (b / (total - a))]])),
    );
    const counts = orders.map(([i, j]) => drawn.filter((row) => gapsOf(row).join() === `${i},${j}`).length);
    expect(
      chiSquareChance(
        counts,
        orders.map(([, , share]) => share),
      ),
    ).toBeGreaterThan(unlikely);
    for (const [at, first, kinds] of [
      [0, 1, 11],
      [2, 1, 11],
      [1, 12, 12],
      [3, 12, 12],
    ])
      expect(
        chiSquareChance(
          tally(
            drawn.map(({ x }) => x[at] - first),
            kinds,
          ),
          uniformShares(kinds),
        ),
      ).toBeGreaterThan(unlikely);
  });

  it('fills with any token of the vocabulary', () => {
    const drawn = rows(prepare('mqar-v1', { length: 40, pairs: 1, vocabulary: 41, filler: 'random' }), 2000);
    const fillers = drawn.flatMap((row) => row.x.slice(2).filter((_, i) => row.y[i + 2] < 0));
    expect(chiSquareChance(tally(fillers, 41), uniformShares(41))).toBeGreaterThan(unlikely);
  });

  it('refuses what its rule cannot make, with the numbers', () => {
    expect(refusal('mqar-v1', { length: 63 })).toMatchObject({ error: { message: saying('must be even, got 63') } });
    expect(refusal('mqar-v1', { pairs: 17 })).toMatchObject({ error: { message: saying('68 tokens, got 64') } });
    expect(refusal('mqar-v1', { vocabulary: 64 })).toMatchObject({ error: { message: saying('at least 65') } });
  });
});

describe('induction heads', () => {
  it.each([
    [1, 1],
    [3, 1],
    [2, 4],
  ])('asks for the %s tokens after the special one, which came up to %s times', (copied, occurrences) => {
    const length = 30;
    const task = prepare('induction-heads-v1', { length, copied, occurrences, vocabulary: 9 });
    const special = 7;
    let several = 0;
    for (const { x, y } of rows(task, 400)) {
      expect(x).toHaveLength(length + copied);
      expect(x[length]).toBe(special);
      const before = x.flatMap((token, at) => (token === special && at < length ? [at] : []));
      several += Number(before.length > 1);
      expect(before.length).toBeGreaterThan(0);
      expect(before.length).toBeLessThanOrEqual(occurrences);
      for (const at of before) {
        expect(at).toBeLessThanOrEqual(length - 2 - copied);
        expect(x.slice(at + 1, at + 1 + copied)).toEqual(y.slice(length));
      }
      expect(y.slice(0, length).every((answer) => answer === -1)).toBe(true);
      expect(x.slice(length + 1)).toEqual(y.slice(length, -1));
      expect(x.every((token) => token <= special)).toBe(true);
    }
    expect(several > 0).toBe(occurrences > 1);
  });

  it('places the special token evenly and draws the answer evenly', () => {
    const drawn = rows(prepare('induction-heads-v1', { length: 20, vocabulary: 12 }), 8000);
    expect(
      chiSquareChance(
        tally(
          drawn.map(({ x }) => x.indexOf(10)),
          18,
        ),
        uniformShares(18),
      ),
    ).toBeGreaterThan(unlikely);
    expect(
      chiSquareChance(
        tally(
          drawn.map(({ y }) => y[20]),
          10,
        ),
        uniformShares(10),
      ),
    ).toBeGreaterThan(unlikely);
  });

  it('learns every next token when asked to, and tests at another length', () => {
    const task = prepare('induction-heads-v1', { length: 16, testLength: 100, everywhere: true });
    for (const { x, y } of rows(task, 5)) expect(y.slice(0, -1)).toEqual(x.slice(1));
    expect(task.evalLength).toBe(101);
    const held = makeBatch(task, 1, 101);
    task.evaluate(held, 0);
    expect([...ints(held, 'wanted')].filter((answer) => answer >= 0)).toHaveLength(1);
    expect(task.shown).toBeUndefined();
  });
});

describe('associative recall', () => {
  it.each([1, 2])('gives the value of a key of %s tokens that came', (keyTokens) => {
    const task = prepare('associative-recall-v1', { length: 25, vocabulary: 11, keyTokens });
    const wide = keyTokens + 1;
    const pairs = Math.floor(25 / wide);
    expect(task.trainLength).toBe((pairs + 1) * wide);
    for (const { x, y } of rows(task, 300)) {
      const values = new Map<string, number>();
      for (let i = 0; i < pairs; i++) {
        const key = x.slice(i * wide, i * wide + keyTokens);
        const value = x[i * wide + keyTokens];
        expect(key.every((token) => token < 4)).toBe(true);
        expect(value >= 4 && value < 9).toBe(true);
        expect(values.get(key.join()) ?? value).toBe(value);
        values.set(key.join(), value);
      }
      expect(x[pairs * wide]).toBe(9);
      expect(y.at(-1)).toBe(values.get(x.slice(pairs * wide + 1).join()));
      expect(y.filter((answer) => answer >= 0)).toHaveLength(1);
    }
  });

  it('draws keys and values evenly, and asks for each key that came as often', () => {
    const drawn = rows(prepare('associative-recall-v1', { length: 6, vocabulary: 8 }), 20_000);
    expect(
      chiSquareChance(
        tally(
          drawn.flatMap(({ x }) => [x[0], x[2], x[4]]),
          3,
        ),
        uniformShares(3),
      ),
    ).toBeGreaterThan(unlikely);
    expect(
      chiSquareChance(
        tally(
          drawn.map(({ y }) => y.at(-1)! - 3),
          3,
        ),
        uniformShares(3),
      ),
    ).toBeGreaterThan(unlikely);
    // a a b: either of the two is asked for in half of the sequences, although a came twice.
    const twice = drawn.filter(({ x }) => x[0] === x[2] && x[2] !== x[4]);
    expect(
      chiSquareChance(
        tally(
          twice.map(({ x }) => Number(x.at(-1) === x[0])),
          2,
        ),
        uniformShares(2),
      ),
    ).toBeGreaterThan(unlikely);
  });
});
