// Every task of the registry against its definition: properties that hold for all, and the rule of each, recomputed here.
import { english } from '../core/say.ts';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../core/philox.ts';
import { unwrap } from '../core/result.ts';
import { defaultsOf, type FieldValues } from '../spec/fields.ts';
import { bigramFloor, unigramFloor } from './text-floors.ts';
import { findTask, tasks } from './registry.ts';
import { counted, makeBatch, partOf, type Batch } from './streams.ts';
import type { Task, TaskDef } from './task.ts';
import { drawnDemand, drawnShapes, drawnWaves } from '../data/drawn.ts';
import type { TaskData } from '../data/labelled.ts';
import { makeVocabulary } from './vocabulary.ts';

const text = 'It was the best of times, it was the worst of times. '.repeat(60);

const dataFor = ({ needs }: TaskDef): TaskData | null =>
  needs === null ? null : { text: () => text, series: drawnWaves, images: drawnShapes, table: drawnDemand }[needs]();

const prepare = (id: string, values: FieldValues = {}): Task => {
  const def = findTask(id);
  if (!def) throw new Error(`no task ${id}`);
  return unwrap(def.prepare({ ...defaultsOf(def.fields), ...values }, dataFor(def)));
};

/** Filled with values that no task may leave in place. */
const batchOf = (task: Task, size: number, length: number): Batch => {
  const batch = makeBatch(task, size, length);
  for (const stream of Object.values(batch.streams)) stream.fill(stream instanceof Int32Array ? -7 : NaN);
  return batch;
};

const inputOf = (task: Task, { streams }: Batch): ArrayLike<number> => streams[task.inputs[0].name];
const wantedOf = (task: Task, { streams }: Batch): ArrayLike<number> => streams[task.target.name];

const train = (task: Task, size: number, seed: number, step: number): Batch => {
  const batch = batchOf(task, size, task.trainLength);
  task.train(batch, new RandomStream(seed, 'data', step));
  return batch;
};

const row = (data: ArrayLike<number>, i: number, length: number): number[] =>
  Array.from(data).slice(i * length, (i + 1) * length);

describe.each(Object.keys(tasks))('%s', (id) => {
  const task = prepare(id, id === 'char-text-v1' ? { length: 20, evalSequences: 5 } : { evalSequences: 5 });

  it('can fail only where a metric says what is solved, and gives every share a value for diverged runs', () => {
    if (task.canFail) expect(Object.keys(task.solved)).not.toEqual([]);
    for (const { name, unit, diverged } of task.metrics) {
      expect(diverged).toBe(unit === 'share' ? 'chance' : undefined);
      if (diverged === 'chance') expect(task.chance.constant[name]).toBeTypeOf('number');
    }
  });

  it('fills every cell with tokens and classes in range', () => {
    const check = ({ streams }: Batch): void => {
      const { inputs, target } = task;
      for (const stream of inputs) {
        const below = stream.kind === 'tokens' ? stream.vocabulary : Infinity;
        const known = (v: number): boolean => (stream.kind === 'tokens' ? v >= 0 && v < below : Number.isFinite(v));
        expect(streams[stream.name].every(known)).toBe(true);
      }
      const isAnswer = (v: number): boolean =>
        target.kind === 'classes' ? v >= -1 && v < target.classes : Number.isFinite(v);
      expect(streams[target.name].every(isAnswer)).toBe(true);
      if (target.kind === 'values') expect(streams[target.mask].every((v) => v === 0 || v === 1)).toBe(true);
    };
    for (let step = 0; step < 5; step++) check(train(task, 3, 1, step));
    const held = batchOf(task, 8, task.evalLength);
    task.evaluate(held, 0);
    check(held);
  });

  it('gives the same data for the same seed and step, other data for another', () => {
    expect(train(task, 4, 1, 3)).toEqual(train(task, 4, 1, 3));
    const x = inputOf(task, train(task, 4, 1, 3));
    expect(x).not.toEqual(inputOf(task, train(task, 4, 1, 4)));
    expect(x).not.toEqual(inputOf(task, train(task, 4, 2, 3)));
  });

  it('has fixed held-out sequences however they are batched, and no loss past the end of the set', () => {
    const whole = batchOf(task, 8, task.evalLength);
    task.evaluate(whole, 0);
    const part = batchOf(task, 2, task.evalLength);
    task.evaluate(part, 2);
    expect(partOf(part.streams, 0, 2)).toEqual(partOf(whole.streams, 2, 8));
    expect(partOf(part.streams, 1, 2)).toEqual(partOf(whole.streams, 3, 8));
    const counts = (i: number): boolean => counted(partOf(whole.streams, i, 8), task.target) > 0;
    expect(Array.from({ length: 8 }, (_, i) => counts(i))).toEqual(
      Array.from({ length: 8 }, (_, i) => i < task.evalSequences),
    );
  });

  it('decodes an example for people', () => {
    const batch = batchOf(task, 1, task.evalLength);
    task.evaluate(batch, 4);
    const { symbols, picture, asked } = task.read(batch);
    expect(symbols.length > 0 || picture !== undefined).toBe(true);
    expect(asked.length).toBeGreaterThan(0);
    for (const { at, wanted } of asked) {
      expect(at).toBeLessThan(Math.max(1, symbols.length));
      if (task.names !== null) expect(task.names[wanted]).toMatch(/^.+$/su);
    }
  });
});

describe('rules', () => {
  const answer = (id: string, tokensOf: (x: number[]) => number, blank: number): void => {
    const task = prepare(id);
    for (let step = 0; step < 40; step++) {
      const batch = train(task, 2, 5, step);
      for (let i = 0; i < 2; i++) {
        const y = row(wantedOf(task, batch), i, batch.length);
        const at = y.findIndex((target) => target >= 0);
        const x = row(inputOf(task, batch), i, batch.length);
        expect(x[at]).toBe(blank);
        expect(y[at]).toBe(tokensOf(x.slice(0, at)));
        expect(y.filter((target) => target >= 0)).toHaveLength(1);
      }
    }
  };

  it('parity is the sum modulo two', () => answer('parity-check-v1', (x) => x.filter((b) => b === 1).length % 2, 2));
  it('even pairs compare first and last bit', () => answer('even-pairs-v1', (x) => Number(x[0] !== x.at(-1)), 2));
  it('cycle navigation walks a ring of five', () =>
    answer('cycle-nav-v1', (x) => x.reduce((p, move) => (p + [4, 0, 1][move]) % 5, 0), 3));
  it('majority breaks ties upwards', () => {
    const winner = (x: number[]): number => {
      const count = (token: number): number => x.filter((other) => other === token).length;
      return Math.max(...x.filter((token) => count(token) === Math.max(...x.map(count))));
    };
    answer('majority-v1', winner, 63);
  });
  it('majority count is the largest count', () =>
    answer('majority-count-v1', (x) => Math.max(...x.map((token) => x.filter((other) => other === token).length)), 63));
  it('missing duplicate asks for the next token of the repeated list', () => {
    const task = prepare('missing-duplicate-v1');
    for (let step = 0; step < 40; step++) {
      const batch = train(task, 2, 5, step);
      const x = row(inputOf(task, batch), 0, batch.length);
      const y = row(wantedOf(task, batch), 0, batch.length);
      const at = y.findIndex((target) => target >= 0);
      const sizes = Array.from({ length: at }, (_, n) => n + 1).filter((n) => {
        const p = at - n;
        return p >= 0 && p < n && x.slice(0, p).every((token, i) => token === x[n + i]) && x[p] === y[at];
      });
      expect(sizes.length).toBeGreaterThan(0);
    }
  });
  it('bucket sort sorts', () => {
    const task = prepare('bucket-sort-v1');
    for (let step = 0; step < 20; step++) {
      const batch = train(task, 1, 5, step);
      const y = Array.from(wantedOf(task, batch)).filter((target) => target >= 0);
      expect(y).toEqual(
        Array.from(inputOf(task, batch))
          .slice(0, y.length)
          .sort((a, b) => a - b),
      );
    }
  });
  it('adding sums the two marked values at the last step', () => {
    const task = prepare('adding-v1', { length: 31 });
    const batch = train(task, 5, 5, 0);
    for (let i = 0; i < 5; i++) {
      let sum = 0;
      const marks: number[] = [];
      for (let t = 0; t < 31; t++) {
        if (inputOf(task, batch)[2 * (i * 31 + t) + 1] !== 1) continue;
        sum += inputOf(task, batch)[2 * (i * 31 + t)];
        marks.push(t);
      }
      expect(marks).toHaveLength(2);
      expect(marks[0]).toBeLessThan(15);
      expect(marks[1]).toBeGreaterThanOrEqual(15);
      expect(wantedOf(task, batch)[i * 31 + 30]).toBeCloseTo(sum, 6);
      expect(row(batch.streams['counted'], i, 31)).toEqual([...new Array<number>(30).fill(0), 1]);
    }
  });
});

describe('selective copying', () => {
  it.each([
    ['official', 0, 0, 15],
    ['mamba', 1, 15, 0],
  ] as const)('%s: data in order at the markers, blanks elsewhere', (generator, extra, marker, blank) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 12, max: 40 }),
        fc.nat(1000),
        (memorise, length, seed) => {
          const task = prepare('selective-copy-v1', { memorise, length, generator });
          expect(task.trainLength).toBe(length + (1 + extra) * memorise);
          const batch = train(task, 1, seed, 0);
          const area = task.trainLength - memorise;
          const data = Array.from(inputOf(task, batch))
            .slice(0, area)
            .filter((token) => token !== blank);
          expect(data).toHaveLength(memorise);
          expect(data.every((token) => token >= 1 && token <= 14)).toBe(true);
          expect(Array.from(inputOf(task, batch)).slice(area)).toEqual(new Array(memorise).fill(marker));
          expect(Array.from(wantedOf(task, batch)).slice(area)).toEqual(data);
        },
      ),
    );
  });

  it('refuses more symbols than positions, with both numbers', () => {
    const def = tasks['selective-copy-v1'];
    const result = def.prepare({ ...defaultsOf(def.fields), length: 4, memorise: 9 }, null);
    expect(result.ok ? '' : english(result.error.message)).toBe(
      'Symbols to copy must be at most the sequence length (4), got 9.',
    );
  });
});

describe('text', () => {
  it('predicts the next symbol', () => {
    const task = prepare('char-text-v1', { length: 11 });
    const batch = train(task, 3, 1, 0);
    for (let i = 0; i < 3; i++) {
      expect(row(wantedOf(task, batch), i, 11).slice(0, -1)).toEqual(row(inputOf(task, batch), i, 11).slice(1));
      expect(text).toContain(task.text!.decode(row(inputOf(task, batch), i, 11)));
    }
  });

  it('refuses a context longer than the text allows, naming what would fit', () => {
    const def = tasks['char-text-v1'];
    const result = def.prepare({ ...defaultsOf(def.fields), length: 5000 }, 'abcdefghij'.repeat(20));
    expect(result.ok ? '' : english(result.error.message)).toContain('Context length must be at most 19');
  });

  it.each(['characters', 'bytes'] as const)('%s: encode and decode are inverse on any text', (unit) => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (source) => {
        const vocabulary = unwrap(makeVocabulary(source, unit));
        expect(vocabulary.decode(unwrap(vocabulary.encode(source)))).toBe(source);
        expect(vocabulary.decode(vocabulary.tokens)).toBe(source);
      }),
    );
  });

  it('splits as nanoGPT to the symbol: int(0.9 n); runs of before there was a choice go on to the nearest', () => {
    // As long as tiny Shakespeare; x is the last symbol to learn from, y the first that is held out.
    const symbols = 1_115_394;
    const down = 1_003_854;
    const content = `${'a'.repeat(down - 1)}xy${'b'.repeat(symbols - down - 1)}`;
    const firstHeldOut = (values: FieldValues): string => {
      const task = unwrap(tasks['char-text-v1'].prepare(values, content));
      const batch = batchOf(task, 1, task.evalLength);
      task.evaluate(batch, 0);
      return task.text?.decode(inputOf(task, batch)).slice(0, 2) ?? '';
    };
    const { split, ...before } = defaultsOf(tasks['char-text-v1'].fields);
    expect(firstHeldOut({ ...before, split })).toBe('yb');
    expect(firstHeldOut(before)).toBe('bb');
    const tenths = unwrap(
      tasks['char-text-v1'].prepare({ ...before, split, heldOut: 0.3, length: 4 }, 'ab'.repeat(500)),
    );
    expect(tenths.chance.constant['val/accuracy']).toBe(0.5);
  });

  const shakespeare = new URL('../../../../shared/data/tinyshakespeare.txt', import.meta.url);
  it.skipIf(!existsSync(shakespeare))('has the known floors of tiny Shakespeare (skipped without the file)', () => {
    const vocabulary = unwrap(makeVocabulary(readFileSync(shakespeare, 'utf8'), 'characters'));
    const border = Math.round(vocabulary.tokens.length * 0.9);
    expect(vocabulary.size).toBe(65);
    expect(unigramFloor(vocabulary.tokens, border, 65).loss).toBeCloseTo(3.347, 2);
    expect(bigramFloor(vocabulary.tokens, border, 65)).toBeCloseTo(2.482, 3);
  });
});
