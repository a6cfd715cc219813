// The template of kernels that work on rows: one or more reductions of a row to a number, then each element of the row from these, and sums over
// all rows for each column. Independent of devices.
import { gradient } from './derive.ts';
import { add, constant, input, inputsOf, mul, equal, select, type Expr } from './expr.ts';
import { simplify } from './simplify.ts';

/** One value, or two whose product is accumulated with one rounding if the device supports it. */
export type Term = readonly [Expr] | readonly [Expr, Expr];

/** A reduction of each row: the sum or the maximum of a value over the row. Later folds, values and results may use it. */
export interface RowFold {
  readonly name: string;
  readonly reduce: 'sum' | 'max';
  readonly of: Term;
}

/** An input tensor: `row` [R, N], `column` [N], `number` [R]. */
export interface RowOperand {
  readonly name: string;
  readonly extent: 'row' | 'column' | 'number';
}

export interface RowKernel {
  readonly name: string;
  readonly inputs: readonly RowOperand[];
  /** Numbers that are known when a program is compiled. */
  readonly attributes: readonly string[];
  readonly folds: readonly RowFold[];
  /** Output tensors in this order: elements of rows [R, N], numbers of rows [R], sums over all rows [N]. */
  readonly results: Readonly<Record<string, Expr>>;
  readonly values: Readonly<Record<string, Expr>>;
  readonly totals: Readonly<Record<string, Term>>;
}

type Given = Pick<RowKernel, 'name' | 'inputs'> & Partial<RowKernel>;

export const defineRows = (given: Given): RowKernel => ({
  attributes: [],
  folds: [],
  results: {},
  values: {},
  totals: {},
  ...given,
});

/** Inputs in order, as `{ x: 'row', weight: 'column' }`. */
export const rowInputs = (extents: Readonly<Record<string, RowOperand['extent']>>): readonly RowOperand[] =>
  Object.entries(extents).map(([name, extent]) => ({ name, extent }));

/** The length of a row, as a number that every expression may use. */
export const width = input('width');

/** Names of values that are constant within a row before any fold. */
export const rowNumbers = ({ inputs, attributes }: RowKernel): readonly string[] => [
  width.name,
  ...attributes,
  ...inputs.filter(({ extent }) => extent === 'number').map(({ name }) => name),
];

export const valueOfTerm = ([x, by]: Term): Expr => (by === undefined ? x : mul(x, by));

/** Folds grouped by passes over the row: those of one pass do not depend on each other. */
export function passesOf({ folds }: RowKernel): readonly (readonly RowFold[])[] {
  const passes: RowFold[][] = [];
  for (const fold of folds) {
    const last = passes.at(-1);
    const used = inputsOf(fold.of);
    if (last && !last.some(({ name }) => used.includes(name))) last.push(fold);
    else passes.push([fold]);
  }
  return passes;
}

/** The kernel with shared expressions unified. */
export function simplified(kernel: RowKernel): RowKernel {
  const { folds, results, values, totals } = kernel;
  const terms = [...folds.map(({ of }) => of), ...Object.values(totals)];
  const all = simplify([...terms.flat(), ...Object.values(results), ...Object.values(values)]);
  let at = 0;
  const next = (): Expr => all[at++] ?? constant(0);
  const nextTerm = (term: Term): Term => (term.length === 1 ? [next()] : [next(), next()]);
  const renewed = <T, U>(record: Readonly<Record<string, T>>, make: (one: T) => U): Record<string, U> =>
    Object.fromEntries(Object.entries(record).map(([name, one]) => [name, make(one)]));
  return {
    ...kernel,
    folds: folds.map((fold) => ({ ...fold, of: nextTerm(fold.of) })),
    totals: renewed(totals, nextTerm),
    results: renewed(results, next),
    values: renewed(values, next),
  };
}

const arrivingAt = (name: string): string => `d_${name}`;

/**
 * The gradients of rows and columns of a kernel, given the gradients of its results; its values are not part of a loss. Folds are
 * recomputed, then their gradients, the last fold first. If several elements are the maximum, each gets the maximum's gradient.
 */
export function backwardRows(name: string, kernel: RowKernel): RowKernel {
  const { inputs, folds, results } = kernel;
  const arriving = Object.keys(results).map((one): RowOperand => ({ name: arrivingAt(one), extent: 'row' }));
  const wanted = inputs.filter(({ extent }) => extent !== 'number');
  const names = [...wanted.map((one) => one.name), ...folds.map((fold) => fold.name)];
  const parts = [
    gradient(
      Object.entries(results).map(([one, value]) => ({ value, seed: input(arrivingAt(one)) })),
      names,
    ),
  ];
  const backward: RowFold[] = [];
  const sumFor = (one: string): Expr => parts.map((part) => part[one] ?? constant(0)).reduce((a, b) => add(a, b));
  for (const fold of [...folds].reverse()) {
    backward.push({ name: arrivingAt(fold.name), reduce: 'sum', of: [sumFor(fold.name)] });
    const [seed, value] = [input(arrivingAt(fold.name)), valueOfTerm(fold.of)];
    const share = fold.reduce === 'sum' ? seed : select(equal(value, input(fold.name)), seed, 0);
    parts.push(gradient([{ value, seed: share }], names));
  }
  const [rows, columns] = (['row', 'column'] as const).map((extent) => wanted.filter((one) => one.extent === extent));
  const gradientOf = (one: RowOperand): readonly [string, Expr] => {
    const [sum = constant(0)] = simplify([sumFor(one.name)], 'finite');
    return [arrivingAt(one.name), sum];
  };
  return defineRows({
    name,
    inputs: [...inputs, ...arriving],
    attributes: kernel.attributes,
    folds: [...folds, ...backward],
    results: Object.fromEntries((rows ?? []).map(gradientOf)),
    totals: Object.fromEntries((columns ?? []).map(gradientOf).map(([one, sum]) => [one, [sum] as const])),
  });
}

/** The kernel that a node uses for the length of its rows, and the values of its attributes. */
export type RowsOf<A> = (
  attrs: A,
  width: number,
) => { readonly kernel: RowKernel; readonly values?: Readonly<Record<string, number>> };
