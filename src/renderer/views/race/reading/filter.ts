// The filter line: words, or comparisons like `lr > 1e-3`, all of which must hold. One filter applies to charts, table and sweep; the brush
// on an axis writes into it. An unknown name is reported and ignored. Pure; translated texts come from the caller.
import type { Message } from '../../../../engine/core/say.ts';
import type { FieldValue } from '../../../../engine/spec/fields.ts';

export const operators = ['<=', '>=', '!=', '=', '<', '>'] as const;
export type Operator = (typeof operators)[number];

export type Term =
  | { readonly kind: 'words'; readonly text: string; readonly words: readonly string[] }
  | {
      readonly kind: 'compare';
      readonly text: string;
      readonly name: string;
      readonly operator: Operator;
      /** Several alternatives, separated by `|`. */
      readonly values: readonly string[];
    };

/** Something a run can be compared by. */
export interface Quantity {
  readonly key: string;
  /** All its names in lower case; the brush writes the first. */
  readonly names: readonly string[];
  readonly numeric: boolean;
  /** Where no text of the screens has one. */
  readonly title?: Message;
}

export interface FilterRow {
  /** Text that a plain term is searched in. */
  readonly text: string;
  /** Values by the key of the quantity. */
  readonly values: Readonly<Record<string, FieldValue | null>>;
}

export interface Problem {
  readonly kind: 'unknown' | 'number';
  readonly term: Term;
  /** Unknown names and invalid numbers. */
  readonly what: string;
}

/** A term that can be applied. */
export interface Rule {
  readonly term: Term;
  readonly quantity: Quantity | null;
  readonly keeps: (row: FilterRow) => boolean;
}

export interface Filter {
  readonly rules: readonly Rule[];
  readonly problems: readonly Problem[];
}

const comparison = /^([^<>=!≤≥≠]+?)\s*(<=|>=|!=|=|<|>|≤|≥|≠)\s*(.+)$/;
const plain: Readonly<Record<string, Operator>> = { '≤': '<=', '≥': '>=', '≠': '!=' };
const unquoted = (text: string): string => text.trim().replace(/^"(.*)"$/, '$1');

/** Parts between commas, semicolons or "and"; double quotes keep text together. */
function partsOf(line: string): readonly string[] {
  const parts = line.match(/(?:"[^"]*"|\band\b|[^,;，；"]|")+/gi) ?? [];
  return parts
    .flatMap((part) => part.split(/\s+and\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/i))
    .filter((part) => part.trim() !== '');
}

function termOf(part: string): Term {
  const text = part.trim();
  const [, name, operator, value] = comparison.exec(text) ?? [];
  if (name === undefined || operator === undefined || value === undefined)
    return { kind: 'words', text, words: unquoted(text).toLowerCase().split(/\s+/) };
  const known = plain[operator] ?? operators.find((one) => one === operator) ?? '=';
  return {
    kind: 'compare',
    text,
    name: unquoted(name).toLowerCase(),
    operator: known,
    values: (value.match(/(?:"[^"]*"|[^|"]|")+/g) ?? []).map(unquoted),
  };
}

export const termsOf = (line: string): readonly Term[] => partsOf(line).map(termOf);

const numeric: Readonly<Record<Operator, (left: number, right: number) => boolean>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
};

/** A missing value differs from everything and is neither greater nor less than anything. */
function compare(left: FieldValue | null, operator: Operator, right: string): boolean {
  if (left === null || (typeof left === 'number' && Number.isNaN(left))) return operator === '!=';
  if (typeof left === 'number' && isNumber(right)) return numeric[operator](left, Number(right));
  const same = String(left).toLowerCase() === right.toLowerCase();
  return operator === '!=' ? !same : same;
}

const isNumber = (text: string): boolean => text.trim() !== '' && !Number.isNaN(Number(text));

function ruleOf(term: Term, quantities: readonly Quantity[]): Rule | Problem {
  if (term.kind === 'words') {
    return { term, quantity: null, keeps: ({ text }) => term.words.every((word) => text.toLowerCase().includes(word)) };
  }
  const { name, operator, values } = term;
  const quantity = quantities.find(({ names }) => names.includes(name));
  if (quantity === undefined) return { kind: 'unknown', term, what: name };
  const wrong =
    quantity.numeric || !['=', '!='].includes(operator) ? values.find((value) => !isNumber(value)) : undefined;
  if (wrong !== undefined) return { kind: 'number', term, what: wrong };
  const holds = operator === '!=' ? values.every.bind(values) : values.some.bind(values);
  return {
    term,
    quantity,
    keeps: (row) => holds((value: string) => compare(row.values[quantity.key] ?? null, operator, value)),
  };
}

/** An empty line keeps every row. */
export function parseFilter(line: string, quantities: readonly Quantity[]): Filter {
  const judged = termsOf(line).map((term) => ruleOf(term, quantities));
  return {
    rules: judged.filter((one) => 'keeps' in one),
    problems: judged.filter((one) => 'what' in one),
  };
}

const quoted = (value: string): string => (/[,;|"，；]|\band\b/i.test(value) ? `"${value}"` : value);

/** The filter with the comparisons of one quantity replaced; an empty list removes them. */
export function withComparisons(
  line: string,
  quantity: Quantity,
  comparisons: readonly { readonly operator: Operator; readonly values: readonly string[] }[],
): string {
  const others = termsOf(line).filter((term) => term.kind === 'words' || !quantity.names.includes(term.name));
  const name = quantity.names[0] ?? quantity.key;
  const own = comparisons.map(({ operator, values }) => `${name} ${operator} ${values.map(quoted).join('|')}`);
  return [...others.map(({ text }) => text), ...own].join(', ');
}
