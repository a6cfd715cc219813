// Checks one value against its field. The message names the field, the allowed range and the value that came instead.
import { asIs, label, type Message, type MessageValue, say, unsaid } from '../core/say.ts';
import type { Field, FloatField, IntField } from './fields.ts';
import { nearest } from './nearest.ts';
import { longestRange, numberWords, readNumber, readNumbers } from './number-text.ts';

/** What is wrong with a value, as a message; null when it is fine. `list` = a list would be allowed here as well. */
export function checkField(field: Field, value: unknown, list = false): Message | null {
  switch (field.kind) {
    case 'int':
    case 'float':
      return checkNumber(field, value, list);
    case 'bool':
      return typeof value === 'boolean' ? null : say`${label(field.label)} must be true or false, got ${show(value)}.`;
    case 'choice':
      return checkChoice(field, value);
    case 'text':
      return checkText(field, value);
    default:
      return field satisfies never;
  }
}

/** 0.001 -> `1e-3`, 65536 -> `65536`: ranges and values as written in messages. */
export function showNumber(value: number): string {
  const small = Math.abs(value) < 0.01 || Math.abs(value) >= 1e7;
  return value !== 0 && small ? value.toExponential().replace('e+', 'e') : String(value);
}

/** `a whole number from 1 to 64`. */
export function rangeOf({ kind, min, max }: IntField | FloatField): Message {
  return kind === 'int' ? say`a whole number from ${min} to ${max}` : say`a number from ${min} to ${max}`;
}

function checkNumber(field: IntField | FloatField, value: unknown, list: boolean): Message | null {
  const whole = field.kind === 'int';
  const fits = typeof value === 'number' && Number.isFinite(value) && value >= field.min && value <= field.max;
  if (fits && (!whole || Number.isInteger(value))) return null;
  const typed = typeof value === 'string' && value.trim() !== '' ? textProblem(field, value, list) : null;
  return typed ?? say`${label(field.label)} must be ${rangeOf(field)}, got ${show(value)}.`;
}

/** Why a text could not be taken for the number or the list it was typed as. */
function textProblem(field: IntField | FloatField, text: string, list: boolean): Message | null {
  const read = list ? readNumbers(text, { whole: field.kind === 'int', most: longestRange }) : readNumber(text);
  return 'problem' in read ? numberWords(field.label, read.problem, showNumber(field.default)) : null;
}

function checkChoice(field: Extract<Field, { kind: 'choice' }>, value: unknown): Message | null {
  const known = field.choices.map((choice) => choice.value);
  if (typeof value === 'string' && known.includes(value)) return null;
  const guess = typeof value === 'string' ? nearest(value, known) : null;
  const hint = guess === null ? unsaid : say` Did you mean "${asIs(guess)}"?`;
  return say`${label(field.label)} must be one of ${asIs(known.join(', '))}, got ${show(value)}.${hint}`;
}

function checkText(field: Extract<Field, { kind: 'text' }>, value: unknown): Message | null {
  if (typeof value !== 'string') return say`${label(field.label)} must be text, got ${show(value)}.`;
  return value.length <= field.maxLength
    ? null
    : say`${label(field.label)} must be at most ${field.maxLength} characters, got ${value.length}.`;
}

/** What was given, as it was given. */
export function show(value: unknown): MessageValue {
  if (typeof value === 'number') return value;
  const text = JSON.stringify(value);
  if (text === undefined) return say`nothing`;
  return asIs(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
