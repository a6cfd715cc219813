// Field values as people type them and back. A text that is not a number stays a text: the lab's validation then shows an error next to the
// field. Depends on fields, not on forms.
import type { Field, FieldValue } from '../../engine/spec/fields.ts';
import { longestRange, readNumber, readNumbers } from '../../engine/spec/number-text.ts';
import type { Sweepable } from '../../engine/spec/run-spec.ts';
import { formatSetting } from '../format/numbers.ts';

/** The number a text stands for; null for anything else. */
export function parseNumber(text: string): number | null {
  const read = readNumber(text);
  return 'value' in read ? read.value : null;
}

function parseOne(field: Field, text: string): FieldValue {
  const trimmed = text.trim();
  switch (field.kind) {
    case 'int':
    case 'float':
      return parseNumber(trimmed) ?? trimmed;
    case 'bool':
      return trimmed === 'true' ? true : trimmed === 'false' ? false : trimmed;
    case 'choice':
    case 'text':
      return trimmed;
  }
}

/** All or nothing: a list that cannot be read stays as it was typed. */
function parseList(field: Field, text: string): Sweepable {
  if (field.kind === 'int' || field.kind === 'float') {
    const read = readNumbers(text, { whole: field.kind === 'int', most: longestRange });
    if ('problem' in read) return text.trim();
    const [first] = read.values;
    return read.values.length === 1 && first !== undefined ? first : read.values;
  }
  const parts = text.split(/[,;，、；]/);
  return parts.length < 2 ? parseOne(field, text) : parts.map((part) => parseOne(field, part));
}

/**
 * What a person typed, as the value to store. With `list`, commas, semicolons or spaces separate the values of a sweep (`1, 2, 3`; also
 * `1..3`) except in text fields. Empty text = undefined, the default.
 */
export function parseFieldText(field: Field, text: string, list = false): Sweepable | undefined {
  if (text.trim() === '') return field.kind === 'text' ? '' : undefined;
  return list && field.kind !== 'text' ? parseList(field, text) : parseOne(field, text);
}

/** The text that `parseFieldText` reads back as the same value. */
export function fieldText(value: Sweepable): string {
  if (Array.isArray(value)) return (value as readonly FieldValue[]).map(oneText).join(', ');
  return oneText(value as FieldValue);
}

const oneText = (value: FieldValue): string => (typeof value === 'number' ? formatSetting(value) : String(value));
