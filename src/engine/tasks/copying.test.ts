// Copying after a delay and the needle in a text against their rules, recomputed from the tokens; and how many held-out rows training shows.
import { describe, expect, it } from 'vitest';
import { chiSquareChance, uniformShares } from '../../../tests/support/chi-square.ts';
import { prepare, refusal, rows, tally, unlikely, type Row } from '../../../tests/support/generated-rows.ts';
import { saying } from '../../../tests/support/saying.ts';
import { RandomStream } from '../core/philox.ts';
import type { FieldValues } from '../spec/fields.ts';
import type { TaskId } from './registry.ts';
import { ints, makeBatch } from './streams.ts';

describe('copying after a delay', () => {
  it.each(['same', 'reversed'])('writes the tokens at the markers: %s', (order) => {
    for (const { x, y } of rows(prepare('copying-v1', { delay: 7, memorise: 4, vocabulary: 6, order }), 50)) {
      const data = x.slice(0, 4);
      expect(data.every((token) => token >= 1 && token <= 4)).toBe(true);
      expect(x.slice(4)).toEqual([...new Array<number>(7).fill(0), ...new Array<number>(4).fill(5)]);
      expect(y.slice(0, 11)).toEqual(new Array<number>(11).fill(-1));
      expect(y.slice(11)).toEqual(order === 'same' ? data : data.toReversed());
    }
  });

  it('draws its tokens evenly', () => {
    const drawn = rows(prepare('copying-v1', { delay: 0, memorise: 10, vocabulary: 10 }), 1000);
    expect(
      chiSquareChance(
        tally(
          drawn.flatMap(({ y }) => y.slice(10)).map((token) => token - 1),
          8,
        ),
        uniformShares(8),
      ),
    ).toBeGreaterThan(unlikely);
  });
});

describe('a needle in a text', () => {
  const task = prepare('needle-v1', { length: 400, needles: 4, digits: 2, testLength: 900 });
  const letters = '0123456789abcdefghijklmnopqrstuvwxyz .?';
  const textOf = ({ x }: Pick<Row, 'x'>): string => x.map((token) => letters[token]).join('');
  const sentence = /the code of ([a-z]+) is (\d\d)\. /gu;

  it('can be read: the code asked for stands once in the text', () => {
    for (const row of rows(task, 200)) {
      const text = textOf(row);
      expect(text).toHaveLength(400);
      const codes = new Map([...text.matchAll(sentence)].map(([, name, code]) => [name, code] as const));
      expect(codes.size).toBe(4);
      const [, name] = /the code of ([a-z]+) is \?\?$/u.exec(text) ?? [];
      expect(row.y.slice(-2).join('')).toBe(codes.get(name));
      expect(row.y.slice(0, -2).every((answer) => answer === -1)).toBe(true);
      const rest = text.replaceAll(sentence, '').replace(/the code of [a-z]+ is \?\?$/u, '');
      expect(rest).toMatch(/^[a-z ]+$/u);
    }
  });

  it('asks for each needle as often, with digits drawn evenly, at all depths', () => {
    const drawn = rows(task, 4000);
    const digits = drawn.flatMap(({ y }) => y.slice(-2));
    expect(chiSquareChance(tally(digits, 10), uniformShares(10))).toBeGreaterThan(unlikely);
    const order = drawn.map((row) => {
      const text = textOf(row);
      const [, name] = /the code of ([a-z]+) is \?\?$/u.exec(text) ?? [];
      return [...text.matchAll(sentence)].findIndex(([, one]) => one === name);
    });
    expect(chiSquareChance(tally(order, 4), uniformShares(4))).toBeGreaterThan(unlikely);
    const single = rows(prepare('needle-v1', { length: 1000 }), 2000);
    const depths = single.map((row) => Math.floor((10 * textOf(row).indexOf('the code of')) / 945));
    const counts = tally(
      depths.map((depth) => Math.min(9, depth)),
      10,
    );
    for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(60);
  });

  it('makes tests of any length', () => {
    const held = makeBatch(task, 1, task.evalLength);
    task.evaluate(held, 0);
    const text = textOf({ x: [...ints(held, 'symbols')] });
    expect(text).toHaveLength(900);
    expect([...text.matchAll(sentence)]).toHaveLength(4);
    expect(refusal('needle-v1', { needles: 12 })).toMatchObject({ error: { message: saying('for 12 needles') } });
  });
});

describe('the number of held-out sequences that training shows', () => {
  it.each<[TaskId, FieldValues]>([
    ['mqar-v1', { length: 6, pairs: 1, vocabulary: 12, power: 0.2 }],
    ['induction-heads-v1', { length: 8, vocabulary: 4 }],
    ['associative-recall-v1', { length: 4, vocabulary: 6 }],
    ['copying-v1', { delay: 3, memorise: 3, vocabulary: 5 }],
  ])('of %s with %o is what it is', (id, values) => {
    const task = prepare(id, { ...values, evalSequences: 200 });
    const held = makeBatch(task, 200, task.evalLength);
    task.evaluate(held, 0);
    const wide = task.evalLength;
    const rowsOf = (all: Int32Array): string[] =>
      Array.from({ length: all.length / wide }, (_, i) => all.subarray(i * wide, (i + 1) * wide).join());
    const [steps, size, seeds] = [4, 16, 30];
    let shown = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const seen = new Set<string>();
      for (let step = 0; step < steps; step++) {
        const batch = makeBatch(task, size, wide);
        task.train(batch, new RandomStream(seed, 'data', step));
        for (const row of rowsOf(ints(batch, 'symbols'))) seen.add(row);
      }
      shown += rowsOf(ints(held, 'symbols')).filter((row) => seen.has(row)).length / seeds;
    }
    expect(task.shown?.(steps, size)).toBeGreaterThan(0.7 * shown);
    expect(task.shown?.(steps, size)).toBeLessThan(1.4 * shown);
  });

  it('is none where sequences are long', () => {
    for (const id of ['mqar-v1', 'needle-v1', 'induction-heads-v1', 'associative-recall-v1'] as const)
      expect(prepare(id, {}).shown?.(1e6, 1000)).toBeLessThan(1e-6);
  });
});
