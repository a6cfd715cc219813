// What people type for a number or a list has its obvious meaning or is refused; it is never misread silently.
import { english } from '../core/say.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberWords, readNumber, readNumbers, type ListRule } from './number-text.ts';

const whole: ListRule = { whole: true, most: 64 };
const real: ListRule = { whole: false, most: 64 };
const kindOf = (read: object): string => ('problem' in read ? (read.problem as { kind: string }).kind : 'fine');

describe('one number', () => {
  it.each([
    ['3e-3', 0.003],
    ['.5', 0.5],
    ['12,000', 12000],
    ['12 000', 12000],
    ['12\u202f000', 12000],
    ["1'000'000", 1e6],
    ['1,234.5', 1234.5],
    ['−2', -2],
    ['1E4', 10000],
    ['１６', 16],
    ['+7', 7],
  ])('reads %s', (typed, value) => expect(readNumber(typed)).toEqual({ value }));

  it.each([
    ['0,003', 'comma'],
    ['1,5', 'comma'],
    ['0，5', 'comma'],
    ['1.234,5', 'comma'],
    [',5', 'comma'],
    ['16 32', 'several'],
    ['16, 32', 'several'],
    ['1e-3 3e-3', 'several'],
    ['16..64', 'several'],
    ['12 34 567', 'several'],
    ['3e', 'form'],
    ['ten', 'form'],
    ['0x10', 'form'],
    ['Infinity', 'form'],
    ['1e999', 'form'],
    ['-', 'form'],
    ['', 'form'],
  ])('refuses %j: %s', (typed, kind) => expect(kindOf(readNumber(typed))).toBe(kind));

  it('asks about a decimal comma with what was probably meant', () => {
    expect(readNumber('0,003')).toMatchObject({ problem: { meant: '0.003' } });
    expect(readNumber('1.234,5')).toMatchObject({ problem: { meant: '1234.5' } });
  });
});

describe('a list of numbers', () => {
  it.each([
    ['16 32', whole, [16, 32]],
    ['1e-3 3e-3', real, [0.001, 0.003]],
    ['16, 32', whole, [16, 32]],
    ['16，32', whole, [16, 32]],
    ['16、32；64', whole, [16, 32, 64]],
    ['1,2,3', whole, [1, 2, 3]],
    ['1e-3,3e-3', real, [0.001, 0.003]],
    ['1..3', whole, [1, 2, 3]],
    ['1 .. 3, 8', whole, [1, 2, 3, 8]],
    ['1–3', whole, [1, 2, 3]],
    ['12,000', whole, [12000]],
    ['12,000 24,000', whole, [12000, 24000]],
    ['5', whole, [5]],
  ])('reads %j', (typed, rule, values) => expect(readNumbers(typed, rule)).toEqual({ values }));

  it.each([
    ['128,256', whole, 'groups'],
    ['0,003', real, 'comma'],
    ['0,003', whole, 'comma'],
    ['1,5', real, 'comma'],
    ['1e-3 0,003', real, 'comma'],
    ['12 000', whole, 'form'],
    ['16,,32', whole, 'gap'],
    ['16, , 32', whole, 'gap'],
    ['5,', whole, 'gap'],
    ['1..3', real, 'range'],
    ['0.1..0.3', real, 'range'],
    ['64..16', whole, 'order'],
    ['1..1000', whole, 'many'],
    ['16 16', whole, 'twice'],
    ['1, x', whole, 'form'],
    ['', whole, 'form'],
  ])('refuses %j: %s', (typed, rule, kind) => expect(kindOf(readNumbers(typed, rule))).toBe(kind));

  const separator = fc.constantFrom(', ', ' ', '; ', ' , ', '、', ';', '  ');
  it('reads back whatever it was written from', () => {
    const values = fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 1,
      maxLength: 6,
      comparator: (a, b) => a === b,
    });
    fc.assert(
      fc.property(values, separator, (list, between) => {
        const read = readNumbers(list.map(String).join(between), real);
        expect(read).toEqual({ values: list.map((value) => value + 0) });
      }),
    );
  });

  /** Texts of characters that occur in numbers, many of which are accepted. */
  const piece = fc.oneof(
    fc.nat(2000).map(String),
    fc.constantFrom(',', ' ', ', ', '0', '000', '.', '..', '-', 'e', '_'),
  );
  const typed = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(''));
  it('prints every accepted text back to the same values', () => {
    fc.assert(
      fc.property(typed, fc.constantFrom(whole, real), (text, rule) => {
        const read = readNumbers(text, rule);
        if ('values' in read) expect(readNumbers(read.values.join(', '), rule)).toEqual(read);
        const one = readNumber(text);
        if ('value' in one) expect(readNumber(String(one.value))).toEqual(one);
      }),
      { numRuns: 3000 },
    );
  });
  it('loses no digit of an accepted text', () => {
    const digits = fc.array(fc.oneof(fc.nat(2000).map(String), fc.constantFrom(',', ' ', ', ', '000', '0')), {
      minLength: 1,
      maxLength: 7,
    });
    const bare = (text: string): string => text.replace(/\D/g, '').replace(/^0+(?=\d)/, '');
    fc.assert(
      fc.property(digits, (pieces) => {
        const text = pieces.join('');
        const read = readNumbers(text, whole);
        if ('values' in read && read.values.every((value) => value < 1e15))
          expect(bare(read.values.join(' '))).toBe(bare(text));
        const one = readNumber(text);
        if ('value' in one && one.value < 1e15) expect(String(one.value)).toBe(bare(text));
      }),
      { numRuns: 3000 },
    );
  });
  it('never takes a comma with digits behind it for nothing: 0,003 is not 3 in any field', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^0,\d{1,6}$/), fc.constantFrom(whole, real), (text, rule) => {
        const list = readNumbers(text, rule);
        // Where only whole numbers make sense, `0,5` can only be a list.
        if ('values' in list) expect(list.values).toEqual(text.split(',').map(Number));
        else expect(list.problem.kind).toBe('comma');
        expect(kindOf(readNumber(text))).toBe('comma');
      }),
    );
  });
  it('has words for every problem', () => {
    const texts = ['x', '0,003', '128,256', '5,', '0.1..0.3', '3..1', '1..99', '2 2'];
    const words = texts.map((text) => {
      const read = readNumbers(text, { whole: !text.startsWith('0'), most: 64 });
      return 'problem' in read ? english(numberWords('Width', read.problem, '64')) : 'accepted';
    });
    expect(words).toEqual([
      'Width "x" is not a number. Try 64.',
      'Width "0,003": a point is the decimal mark here. Write 0.003 if that is meant, or put a space after a comma between two values.',
      'Width "128,256" can be one number or several. Write 128256 or 128, 256.',
      'Width "5,": a value is missing beside a separator.',
      'Width "0.1..0.3": a range must have two whole numbers. Write the values one by one.',
      'Width "3..1" runs backwards. Write the smaller number first.',
      'Width "1..99" makes more than 64 values.',
      'Width has the value 2 twice.',
    ]);
  });
});
