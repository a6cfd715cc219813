// What the text emitters share: the operations of a step as statements in order, each node once. A language is a table of how its
// operations are written. Depends on templates only through the names of values.
import { isOperation, type Comparison, type Expr, type Op } from '../expr.ts';

export interface Language {
  readonly constant: (value: number) => string;
  readonly operation: Readonly<Record<Op, (...args: string[]) => string>>;
  /** A statement that declares a named value. */
  readonly declare: (name: string, value: string, condition: boolean) => string;
  /** Around what is carried to the next step. */
  readonly carry?: (value: string) => string;
}

/** Name of an input of the step in code. */
export const valueOf = (name: string): string => `v_${name}`;
/** Name of the address or buffer of a tensor in code. */
export const placeOf = (name: string): string => `p_${name}`;

const comparisons: ReadonlySet<Op> = new Set<Comparison>(['less', 'lessEqual', 'equal', 'reaches']);

/** `3 * H`, or `H` alone. */
export const times = (count: number, of: string): string => (count === 1 ? of : `${count} * ${of}`);
/** `row + 2 * H`, or `row` where there is nothing to add. */
export const plus = (from: string, count: number, of: string): string =>
  count === 0 ? from : `${from} + ${times(count, of)}`;

/** Lines of code, each indented by `by`. */
export const indented = (lines: readonly string[], by: string): string =>
  lines.map((line) => `${by}${line}`).join('\n');

/** A number as a literal of 32 bits: `0.5`, `-1.0`, `1.1283791670955126e-8`; of infinities and what is no number, their names. */
export function literal(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** The code of each node so far; nodes that are in it are not computed again. */
export type Names = Map<Expr, string>;

/** Statements that compute `results`; adds the code of each node to `names`. */
export function statementsOf(
  results: readonly Expr[],
  language: Language,
  names: Names,
  carried: readonly Expr[] = [],
  prefix = 'k',
): readonly string[] {
  const lines: string[] = [];
  const visit = (x: Expr): void => {
    if (names.has(x)) return;
    if (isOperation(x)) x.args.forEach(visit);
    if (x.op === 'input') names.set(x, valueOf(x.name));
    else if (x.op === 'constant') names.set(x, language.constant(x.value));
    if (!isOperation(x)) return;
    const name = `${prefix}${names.size}`;
    const plain = language.operation[x.op](...x.args.map((one) => codeOf(names, one)));
    const value = language.carry && carried.includes(x) ? language.carry(plain) : plain;
    lines.push(language.declare(name, value, comparisons.has(x.op)));
    names.set(x, name);
  };
  results.forEach(visit);
  return lines;
}

/** The code of a result. */
export function codeOf(names: Names, x: Expr | undefined): string {
  const name = x && names.get(x);
  if (name === undefined) throw new Error('kernel: a result must be among those that are computed');
  return name;
}
