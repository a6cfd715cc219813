// Field values as people type them and back. A text that is no number stays a text: the lab's validation then says in words what is
// wrong, beside the field. Knows fields, not forms.
import type { Field, FieldValue } from '../../engine/spec/fields.ts';
import type { Sweepable } from '../../engine/spec/run-spec.ts';
import { formatSetting } from '../format/numbers.ts';

const thousands = /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/;
const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** `3e-3`, `0.003`, `12,000`, `12 000` -> number; null for anything else. */
export function parseNumber(text: string): number | null {
  const dense = text.replace(/[\s_]/g, '').replace('−', '-');
  const plain = thousands.test(dense) ? dense.replaceAll(',', '') : dense;
  return number.test(plain) ? Number(plain) : null;
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

/** `1..4` as whole numbers, at most 64 of them; null when the text is no range. */
function parseRange(text: string): readonly number[] | null {
  const [, from, to] = /^(\d+)\s*\.\.\s*(\d+)$/.exec(text.trim()) ?? [];
  if (from === undefined || to === undefined) return null;
  const [first, last] = [Number(from), Number(to)];
  if (last < first || last - first > 63) return null;
  return Array.from({ length: last - first + 1 }, (_, at) => first + at);
}

/**
 * What a person typed, as the value to store. With `list`, commas separate the values of a sweep (`1, 2, 3`; also `1..3`) except in
 * text fields. `128,256` is then two values; `12,000` stays one number, since nobody writes the value 000. Empty text = undefined,
 * the default.
 */
export function parseFieldText(field: Field, text: string, list = false): Sweepable | undefined {
  if (text.trim() === '') return field.kind === 'text' ? '' : undefined;
  if (!list || field.kind === 'text') return parseOne(field, text);
  const range = field.kind === 'int' ? parseRange(text) : null;
  if (range) return range.length === 1 ? range[0] : range;
  if (thousands.test(text.trim()) && /,0/.test(text)) return parseOne(field, text);
  const parts = text
    .split(/,|;/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length < 2) return parseOne(field, parts[0] ?? text);
  return parts.map((part) => parseOne(field, part));
}

/** The text that `parseFieldText` reads back as the same value. */
export function fieldText(value: Sweepable): string {
  if (Array.isArray(value)) return (value as readonly FieldValue[]).map(oneText).join(', ');
  return oneText(value as FieldValue);
}

const oneText = (value: FieldValue): string => (typeof value === 'number' ? formatSetting(value) : String(value));
