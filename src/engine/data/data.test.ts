// Readers of labelled files: what they read from valid files, and the errors for invalid ones, by file and place.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap, type Result } from '../core/result.ts';
import { english } from '../core/say.ts';
import { readIdx, readNpy, type NumberArray } from './array-files.ts';
import { drawnShapes, drawnWaves } from './drawn.ts';
import { labelledArrays } from './labelled-arrays.ts';
import { labelledSet, readLabelled, type LabelledSet } from './labelled.ts';
import { seriesFormats } from './series-files.ts';

function read(name: string, text: string): Result<LabelledSet> {
  const format = seriesFormats.find((one) => one.looksLike(name, text));
  if (!format) throw new Error(`no format takes ${name}`);
  return format.read(name, text);
}

const sequences = ({ lengths, width, values }: LabelledSet): number[][] => {
  let at = 0;
  return Array.from(lengths, (length) => Array.from(values.slice(at, (at += length * width))));
};

function idx(type: number, shape: readonly number[], numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + numbers.length);
  bytes.set([0, 0, type, shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((extent, i) => view.setUint32(4 + 4 * i, extent));
  bytes.set(numbers, 4 + 4 * shape.length);
  return bytes;
}

function npy(header: string, data: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(`${header}\n`);
  return Uint8Array.from([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, text.length, 0, ...text, ...data]);
}
const floats = (...numbers: number[]): Uint8Array => new Uint8Array(Float32Array.from(numbers).buffer);

const said = (result: Result<unknown>): string => (result.ok ? '' : english(result.error.message));

describe('series', () => {
  it('of one channel: UCR tables, where missing values at the end make a series shorter', () => {
    const set = unwrap(read('a_TRAIN.tsv', '2\t1\t2.5\t3\n10\t4\t5\tNaN\n2\t7\t8\t9\n'));
    expect(sequences(set)).toEqual([
      [1, 2.5, 3],
      [4, 5],
      [7, 8, 9],
    ]);
    expect([set.names, [...set.classes], set.width]).toEqual([['2', '10'], [0, 1, 0], 1]);
    expect(sequences(unwrap(read('b.csv', 'label,t1,t2\r\na,1,2\r\nb,3,4\r\n')))).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('of several channels: sktime and JSON by the line say the same', () => {
    const ts = '# made here\n@univariate false\n@data\n1,2,3:10,20,30:walk\n4,5,6:40,50,60:run\n';
    const lines = '{"label":"walk","values":[[1,10],[2,20],[3,30]]}\n{"label":"run","values":[[4,40],[5,50],[6,60]]}\n';
    const [a, b] = [unwrap(read('x.ts', ts)), unwrap(read('x.jsonl', lines))];
    expect(sequences(a)).toEqual([
      [1, 10, 2, 20, 3, 30],
      [4, 40, 5, 50, 6, 60],
    ]);
    expect(a.bytes).toEqual(b.bytes);
    expect(a.names).toEqual(['run', 'walk']);
  });

  it.each([
    [
      'r.tsv',
      'a\t1\t2\nb\t1\tx\t3\n',
      'data "r.tsv", line 2: every value must be a finite number, got something else at position 2',
    ],
    [
      'r.tsv',
      'a\t1\t2\nb\t?\t2\n',
      'data "r.tsv", line 2: every value must be a finite number, got something else at position 1',
    ],
    ['r.tsv', 'a\t1\t2\n\t1\t2\n', 'data "r.tsv", line 2: a series must have a class, got none'],
    ['r.tsv', 'a\t1\t2\na\t3\t4\n', 'data "r.tsv": a set must have from 2 to 4,096 classes, got 1'],
    ['r.ts', '@data\n1,2:3:a\n', 'data "r.ts", line 2: all channels must have 2 values, got 1 in one'],
    ['r.ts', '@data\n1,2:3,4:a\n1,2:b\n', 'data "r.ts", line 3: every step must have 2 values as those before, got 1'],
    ['r.jsonl', '{"label":1,"values":[1,2]}\n{"label":', 'data "r.jsonl", line 2: a line must be JSON, got other text'],
    [
      'r.jsonl',
      '{"label":1,"values":[[1,2],[3]]}\n',
      'data "r.jsonl", line 1: every step must have 2 values as those before, got 1',
    ],
    [
      'r.jsonl',
      '{"label":1,"values":[1,null]}\n',
      'data "r.jsonl", line 1: every value must be a finite number, got something else at position 2',
    ],
    [
      'r.jsonl',
      '{"label":1,"values":{}}\n',
      'data "r.jsonl", line 1: a line must be {"label": …, "values": […]} with numbers, got something else',
    ],
  ])('%s is refused by line: %j', (name, text, words) => {
    expect(said(read(name, text))).toBe(words);
  });

  it('leaves texts alone: program text, prose with commas, JSON of another kind', () => {
    const taken = (name: string, text: string): boolean => seriesFormats.some((one) => one.looksLike(name, text));
    expect(taken('main.ts', 'const data = 1;\n')).toBe(false);
    expect(taken('log.csv', 'who,said,what\nAhab,to,Starbuck\n')).toBe(false);
    expect(taken('chat.jsonl', '{"role":"user","content":"label"}\n')).toBe(false);
    expect(taken('book.txt', '1\t2\t3\n')).toBe(false);
  });
});

describe('arrays', () => {
  const labels = unwrap(readIdx('y', idx(8, [2], [7, 3])));

  it('IDX bytes of three extents are pictures with points from 0 to 1', () => {
    const items = unwrap(readIdx('x', idx(8, [2, 2, 2], [0, 51, 102, 255, 255, 0, 0, 0])));
    const set = unwrap(labelledArrays('x', items, labels));
    expect(set).toMatchObject({ kind: 'images', shape: [2, 2, 1], width: 4, names: ['3', '7'] });
    expect([...set.classes]).toEqual([1, 0]);
    expect(sequences(set)[0]).toEqual([0, 0.2, 0.4, 1].map(Math.fround));
  });

  it('.npy of floats are series: two extents with one value a step, three with several', () => {
    const head = (shape: string): string => `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
    const flat = unwrap(readNpy('x.npy', npy(head('(2, 3)'), floats(1, 2, 3, 4, 5, 6))));
    expect(unwrap(labelledArrays('x', flat, labels))).toMatchObject({
      kind: 'series',
      width: 1,
      lengths: Int32Array.of(3, 3),
    });
    const deep = unwrap(readNpy('x.npy', npy(head('(2, 1, 3)'), floats(1, 2, 3, 4, 5, 6))));
    expect(unwrap(labelledArrays('x', deep, labels))).toMatchObject({ width: 3, lengths: Int32Array.of(1, 1) });
  });

  const header = (descr: string, shape: string, fortran = 'False'): string =>
    `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
  it.each<[string, () => Result<NumberArray>, string]>([
    ['cut off', () => readIdx('x', idx(8, [2, 2], [1, 2, 3])), '2 x 2 numbers need 16 bytes, got 15'],
    [
      'claims of gigabytes',
      () => readIdx('x', idx(8, [4e9, 4e9], [1])),
      'an array must have at most 67,108,864 numbers, got 4000000000 x 4000000000',
    ],
    [
      'a wrong mark',
      () => readIdx('x', Uint8Array.of(1, 2, 3, 4, 5)),
      'an IDX file must begin with two zero bytes and its type, got other bytes',
    ],
    [
      'no header',
      () => readNpy('x', Uint8Array.of(0x93, 0x4e)),
      "a .npy file must begin with NumPy's mark and a header, got other bytes",
    ],
    [
      'objects',
      () => readNpy('x', npy(header('|O', '(2,)').replace('|O', '|o8'), floats(1))),
      'numbers must be whole or floating point, got type o8',
    ],
    [
      'Fortran order',
      () => readNpy('x', npy(header('<f4', '(2, 2)', 'True'), floats(1, 2, 3, 4))),
      'the numbers must lie in C order, got Fortran order',
    ],
    [
      'NaN',
      () => readNpy('x', npy(header('<f4', '(2,)'), floats(1, NaN))),
      'every value must be a finite number, got something else at position 2',
    ],
    [
      'a header without an end',
      () => readNpy('x', npy('      ', new Uint8Array(0)).fill(255, 8, 10)),
      'the header must end before the file does, got an end at byte 65,545 of 17',
    ],
  ])('%s: refused with what is needed and what came', (_, work, words) => {
    expect(said(work())).toBe(`data "x": ${words}`);
  });

  it('needs one whole class for each', () => {
    const items = unwrap(readIdx('x', idx(8, [3, 2], [1, 2, 3, 4, 5, 6])));
    expect(said(labelledArrays('x', items, labels))).toBe(
      'data "x": there must be one class for each of 3 sequences, got 2',
    );
  });
});

describe('the file of a set', () => {
  it('holds everything: what is written is read back', () => {
    const part = fc.record({ length: fc.integer({ min: 1, max: 6 }), class: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(part, { minLength: 2, maxLength: 8 }), fc.integer({ min: 1, max: 3 }), (parts, width) => {
        const count = parts.reduce((sum, one) => sum + one.length * width, 0);
        const set = unwrap(
          labelledSet('x', {
            kind: 'series',
            shape: null,
            width,
            lengths: Int32Array.from(parts, (one) => one.length),
            values: Float32Array.from({ length: count }, (_, i) => Math.sin(i)),
            classes: Int32Array.from(parts, (one) => one.class),
            names: ['a', 'b', 'c'],
          }),
        );
        expect(unwrap(readLabelled('x', set.bytes))).toEqual(set);
      }),
    );
  });

  it('is the same on every machine for the sets that the program draws: exact shares of 256 only', () => {
    for (const set of [drawnShapes(), drawnWaves()]) {
      expect(set.values.every((value) => Number.isInteger(value * 256))).toBe(true);
      expect(unwrap(readLabelled('x', set.bytes))).toEqual(set);
    }
  });
});
