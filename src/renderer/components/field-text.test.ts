import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field } from '../../engine/spec/fields.ts';
import { fieldText, parseFieldText, parseNumber } from './field-text.ts';

const int: Field = { kind: 'int', label: 'Layers', help: '', default: 2, min: 1, max: 64 };
const float: Field = { kind: 'float', label: 'Learning rate', help: '', default: 1e-3, min: 1e-6, max: 1 };
const text: Field = { kind: 'text', label: 'Prompt', help: '', default: '', maxLength: 100 };

describe('typed numbers', () => {
  it.each([
    ['3e-3', 0.003],
    ['0.003', 0.003],
    ['.5', 0.5],
    ['12,000', 12000],
    ['12 000', 12000],
    ['−2', -2],
    ['1E4', 10000],
  ])('reads %s', (typed, value) => expect(parseNumber(typed)).toBe(value));

  it.each(['3e', '1,2', 'ten', '0x10', '1..3', 'Infinity', 'NaN', '-'])('does not take %s for a number', (typed) =>
    expect(parseNumber(typed)).toBeNull(),
  );
});

describe('field text', () => {
  it('keeps what is not a number as text, for the validation to answer', () => {
    expect(parseFieldText(float, '3e')).toBe('3e');
    expect(parseFieldText(int, '1, x', true)).toEqual([1, 'x']);
  });

  it('makes a sweep of a comma list or a range, and only where lists are allowed', () => {
    expect(parseFieldText(int, '1, 2,3', true)).toEqual([1, 2, 3]);
    expect(parseFieldText(int, '1..3', true)).toEqual([1, 2, 3]);
    expect(parseFieldText(float, '1e-3; 3e-3', true)).toEqual([0.001, 0.003]);
    expect(parseFieldText(int, '12,000', true)).toBe(12000);
    expect(parseFieldText(int, '128,256', true)).toEqual([128, 256]);
    expect(parseFieldText(int, '5,', true)).toBe(5);
    expect(parseFieldText(int, '1, 2')).toBe('1, 2');
    expect(parseFieldText(text, 'a, b', true)).toBe('a, b');
  });

  it('treats an empty field as the default', () => {
    expect(parseFieldText(int, '  ')).toBeUndefined();
    expect(parseFieldText(text, '')).toBe('');
  });

  it('writes any number so that it reads back the same', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(finite, (value) => Object.is(parseFieldText(float, fieldText(value)), value === 0 ? 0 : value)),
    );
    const list = fc.array(fc.integer({ min: -9, max: 99 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(list, (values) => {
        expect(parseFieldText(int, fieldText(values), true)).toEqual(values);
      }),
    );
  });
});
