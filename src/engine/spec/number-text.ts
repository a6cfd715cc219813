// Numbers and lists of numbers as people type them, for every field of the window and of the command line alike. One rule: a point is the
// decimal mark, a comma or a space groups digits by three. Ambiguous text is queried, never guessed.
import { asIs, label, type Message, say } from '../core/say.ts';

/** What is wrong with a text, and the faulty part of it. `numberWords` turns it into a message. */
export type NumberProblem =
  /** Not a number. */
  | { readonly kind: 'form'; readonly part: string }
  /** A comma that looks like a decimal point: `0,003`. */
  | { readonly kind: 'comma'; readonly part: string; readonly meant: string }
  /** One number with its digits in groups, or several numbers: `128,256`. */
  | { readonly kind: 'groups'; readonly part: string; readonly one: string; readonly many: string }
  /** Several values where one is required. */
  | { readonly kind: 'several'; readonly part: string }
  /** Nothing between two separators, or after the last one. */
  | { readonly kind: 'gap'; readonly part: string }
  /** A range of numbers that are not whole. */
  | { readonly kind: 'range'; readonly part: string }
  /** A range that runs backwards. */
  | { readonly kind: 'order'; readonly part: string }
  | { readonly kind: 'many'; readonly part: string; readonly most: number }
  | { readonly kind: 'twice'; readonly part: string };

export interface ListRule {
  /** Only whole numbers make sense, so a comma between digits is not a decimal point. */
  readonly whole: boolean;
  /** Most values allowed. */
  readonly most: number;
}

type One = { readonly value: number } | { readonly problem: NumberProblem };
type Several = { readonly values: readonly number[] } | { readonly problem: NumberProblem };

/** Most values of one setting when a range is expanded. */
export const longestRange = 64;

const plain = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** `12,000`, `1 000 000.5`: the same separator between all groups, and no lone group before it. */
const grouped = /^[+-]?[1-9]\d{0,2}([, _'])\d{3}(\1\d{3})*(\.\d+)?$/;
const decimalComma = /^[+-]?\d{1,3}(\.\d{3})*,\d+(e[+-]?\d+)?$|^[+-]?\d*,\d+(e[+-]?\d+)?$/i;
const range = /^(\d+)(?:\.\.|-|–)(\d+)$/;

/** Replaces full-width characters, narrow spaces and the minus sign by their ASCII forms; spaces at the ends are ignored. */
const normal = (text: string): string => text.normalize('NFKC').replaceAll('−', '-').replaceAll('’', "'").trim();

function oneOf(text: string): number | null {
  const dense = grouped.test(text) ? text.replaceAll(/[, _']/g, '') : text;
  // Converts -0 to 0, since no field uses minus zero.
  return plain.test(dense) ? Number(dense) + 0 : null;
}

const withPoint = (text: string): string => text.replaceAll('.', '').replace(',', '.');

/** `3e-3`, `0.003`, `12,000`, `12 000`; a text with more than one value, or with a comma for a point, is refused. */
export function readNumber(text: string): One {
  const typed = normal(text);
  const value = oneOf(typed);
  if (value !== null) return Number.isFinite(value) ? { value } : { problem: { kind: 'form', part: typed } };
  if (decimalComma.test(typed)) return { problem: { kind: 'comma', part: typed, meant: withPoint(typed) } };
  const list = readNumbers(typed, { whole: false, most: longestRange });
  const several = 'values' in list || list.problem.kind !== 'form';
  return { problem: { kind: several && typed !== '' ? 'several' : 'form', part: typed } };
}

/** One number, or values between commas, semicolons or spaces; ranges of whole numbers as `1..3`. */
export function readNumbers(text: string, rule: ListRule): Several {
  const typed = normal(text).replaceAll(/(?<=\d)\s*(\.\.|…)\s*(?=\d)/g, '..');
  const values: number[] = [];
  for (const part of typed.split(/\s*[;、]\s*|\s+,\s*|,\s+|,$|\s+/)) {
    const read = part === '' ? gap(typed) : readPart(part, rule, values.length > 0);
    if ('problem' in read) return read;
    if (values.length + read.values.length > rule.most) return { problem: { kind: 'many', part, most: rule.most } };
    values.push(...read.values);
  }
  const twice = new Set(values).size < values.length && values.find((value, at) => values.indexOf(value) !== at);
  return typeof twice === 'number' ? { problem: { kind: 'twice', part: String(twice) } } : { values };
}

const gap = (typed: string): Several => ({ problem: { kind: typed === '' ? 'form' : 'gap', part: typed } });

/** The text between two separators: a number, a range, or numbers joined by commas. */
function readPart(part: string, rule: ListRule, follows: boolean): Several {
  // `12 000`: a lone group of digits such as 000 is not a number.
  if (follows && /^0\d/.test(part)) return { problem: { kind: 'form', part } };
  if (plain.test(part)) return finite(part, [part]);
  const [, from, to] = range.exec(part) ?? [];
  if (from !== undefined && to !== undefined) return readRange(part, Number(from), Number(to), rule);
  if (/^[+-]?[\d.]+(\.\.|-|–)[\d.]+$/.test(part)) return { problem: { kind: 'range', part } };
  if (!part.includes(',')) return grouped.test(part) ? finite(part, [part]) : { problem: { kind: 'form', part } };
  return readCommas(part, rule);
}

function readCommas(part: string, rule: ListRule): Several {
  const pieces = part.split(',');
  if (grouped.test(part)) {
    // A group that begins with 0 is not a number by itself, so the text is one number; otherwise it may be either.
    if (pieces.slice(1).some((piece) => piece.startsWith('0'))) return finite(part, [part]);
    const [one, many] = [pieces.join(''), pieces.join(', ')];
    return { problem: { kind: 'groups', part, one, many } };
  }
  const lone = pieces.length === 2 && (!rule.whole || pieces.some((piece) => /^0\d/.test(piece)));
  if (lone && decimalComma.test(part)) return { problem: { kind: 'comma', part, meant: withPoint(part) } };
  if (pieces.some((piece, at) => piece === '' || (at > 0 && /^0\d/.test(piece))))
    return { problem: { kind: pieces.includes('') ? 'gap' : 'form', part } };
  const bad = pieces.find((piece) => !plain.test(piece) && !range.test(piece));
  if (bad !== undefined) return { problem: { kind: 'form', part: bad } };
  const read = pieces.map((piece) => readPart(piece, rule, false));
  const problem = read.find((one) => 'problem' in one);
  return problem ?? { values: read.flatMap((one) => ('values' in one ? one.values : [])) };
}

function readRange(part: string, from: number, to: number, rule: ListRule): Several {
  if (!rule.whole) return { problem: { kind: 'range', part } };
  if (to < from) return { problem: { kind: 'order', part } };
  if (to - from >= rule.most) return { problem: { kind: 'many', part, most: rule.most } };
  return { values: Array.from({ length: to - from + 1 }, (_, at) => from + at) };
}

function finite(part: string, texts: readonly string[]): Several {
  const values = texts.map((text) => oneOf(text) ?? NaN);
  return values.every(Number.isFinite) ? { values } : { problem: { kind: 'form', part } };
}

/** A sentence without its end, after the name of the field: `Width “x” is not a number`. */
export function numberWords(who: string, problem: NumberProblem, example: string): Message {
  const { part } = problem;
  switch (problem.kind) {
    case 'form':
      return say`${label(who)} "${asIs(part)}" is not a number. Try ${asIs(example)}.`;
    case 'comma':
      return say`${label(who)} "${asIs(part)}": a point is the decimal mark here. Write ${asIs(problem.meant)} if that is meant, or put a space after a comma between two values.`;
    case 'groups':
      return say`${label(who)} "${asIs(part)}" can be one number or several. Write ${asIs(problem.one)} or ${asIs(problem.many)}.`;
    case 'several':
      return say`${label(who)} must be one value here, got "${asIs(part)}".`;
    case 'gap':
      return say`${label(who)} "${asIs(part)}": a value is missing beside a separator.`;
    case 'range':
      return say`${label(who)} "${asIs(part)}": a range must have two whole numbers. Write the values one by one.`;
    case 'order':
      return say`${label(who)} "${asIs(part)}" runs backwards. Write the smaller number first.`;
    case 'many':
      return say`${label(who)} "${asIs(part)}" makes more than ${problem.most} values.`;
    case 'twice':
      return say`${label(who)} has the value ${asIs(part)} twice.`;
    default:
      return problem satisfies never;
  }
}
