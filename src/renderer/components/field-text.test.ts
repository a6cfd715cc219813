import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field } from '../../engine/spec/fields.ts';
import { fieldText, parseFieldText } from './field-text.ts';

const int: Field = { kind: 'int', label: 'Layers', help: '', default: 2, min: 1, max: 64 };
const float: Field = { kind: 'float', label: 'Learning rate', help: '', default: 1e-3, min: 1e-6, max: 1 };
const choice: Field = { kind: 'choice', label: 'Norm', help: '', default: 'a', choices: [] };
const text: Field = { kind: 'text', label: 'Prompt', help: '', default: '', maxLength: 100 };

describe('field text', () => {
  it('keeps what is not a number as text, for the validation to answer', () => {
    expect(parseFieldText(float, '3e')).toBe('3e');
    expect(parseFieldText(int, '1, x', true)).toBe('1, x');
    expect(parseFieldText(int, '128,256', true)).toBe('128,256');
    expect(parseFieldText(float, '0,003', true)).toBe('0,003');
    expect(parseFieldText(float, '0,003')).toBe('0,003');
  });

  it('makes a sweep of a comma list or a range, and only where lists are allowed', () => {
    expect(parseFieldText(int, '1, 2,3', true)).toEqual([1, 2, 3]);
    expect(parseFieldText(int, '1..3', true)).toEqual([1, 2, 3]);
    expect(parseFieldText(float, '1e-3; 3e-3', true)).toEqual([0.001, 0.003]);
    expect(parseFieldText(int, '12,000', true)).toBe(12000);
    expect(parseFieldText(int, '16 32', true)).toEqual([16, 32]);
    expect(parseFieldText(int, '5', true)).toBe(5);
    expect(parseFieldText(choice, 'a，b', true)).toEqual(['a', 'b']);
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
    const list = fc.uniqueArray(fc.integer({ min: -9, max: 99 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(list, (values) => {
        expect(parseFieldText(int, fieldText(values), true)).toEqual(values);
      }),
    );
  });
});
