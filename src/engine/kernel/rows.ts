// The template of kernels that work on rows: one or more reductions of a row to a number, then each element of the row from these, sums over
// all rows for each column, and sums of a number of each row that end in one number. Independent of devices.
import { gradient } from './derive.ts';
import { add, constant, input, inputsOf, mul, equal, select, substitute, type Condition, type Expr } from './expr.ts';
import { simplify } from './simplify.ts';

/** One value, or two whose product is accumulated with one rounding if the device supports it. */
export type Term = readonly [Expr] | readonly [Expr, Expr];

/** A reduction of each row: the sum or the maximum of a value over the row. Later folds, values and results may use it. */
export interface RowFold {
  readonly name: string;
  readonly reduce: 'sum' | 'max';
  readonly of: Term;
}

/** A tensor that comes in: `row` [R, N], `column` [N], `number` [R], `index` i32 [R] as numbers, `single` []. */
export interface RowOperand {
  readonly name: string;
  readonly extent: 'row' | 'column' | 'number' | 'index' | 'single';
}

/** A number of each row: the element of `of` at the index `at`, which is held within the row. */
export interface RowPick {
  readonly name: string;
  readonly of: string;
  readonly at: string;
}

/** Elements that a pass with folds computes and the last pass needs again: between them they are in the place of a result. */
export interface KeptElements {
  readonly name: string;
  readonly of: Expr;
  readonly in: string;
}

export interface RowKernel {
  readonly name: string;
  readonly inputs: readonly RowOperand[];
  /** Numbers that are known when a program is compiled. */
  readonly attributes: readonly string[];
  readonly picks: readonly RowPick[];
  readonly folds: readonly RowFold[];
  readonly kept: KeptElements | null;
  /** Of rows where this holds all results are 0. Asked before any fold. */
  readonly skip: Condition | null;
  /** Output tensors in this order: elements of rows [R, N], numbers of rows [R], sums over all rows [N]. */
  readonly results: Readonly<Record<string, Expr>>;
  readonly values: Readonly<Record<string, Expr>>;
  readonly totals: Readonly<Record<string, Term>>;
  /** Sums over all rows of a number of each, in float64 where the device has that: partial sums fixed by the shape, added in order … */
  readonly sums: Readonly<Record<string, Expr>>;
  /** … and the tensors that follow from them, number by number. An earlier one is known by its name, as it was rounded. */
  readonly finish: Readonly<Record<string, readonly Expr[]>>;
  /** Inputs have any shape and are gone through as one long row: a sum is added up so many numbers at a time. */
  readonly flat: boolean;
  /** Names of the op's outputs; left out = results, values, totals, what follows from sums. */
  readonly outputs: readonly string[] | null;
}

type Given = Pick<RowKernel, 'name' | 'inputs'> & Partial<RowKernel>;

export const defineRows = (given: Given): RowKernel => ({
  attributes: [],
  picks: [],
  folds: [],
  kept: null,
  skip: null,
  results: {},
  values: {},
  totals: {},
  sums: {},
  finish: {},
  flat: false,
  outputs: null,
  ...given,
});

/** Tensors that are made row by row, in the order of a kernel's arguments. */
export const madeByRow = ({ results, values }: RowKernel): readonly string[] => [
  ...Object.keys(results),
  ...Object.keys(values),
];

/** Names of the op's outputs in order. */
export const outputsOf = (kernel: RowKernel): readonly string[] =>
  kernel.outputs ?? [...madeByRow(kernel), ...Object.keys(kernel.totals), ...Object.keys(kernel.finish)];

/** The one of a node's outputs that has this name. */
export function outputOf<T>(kernel: RowKernel, outputs: readonly T[], name: string): T {
  const found = outputs[outputsOf(kernel).indexOf(name)];
  if (found === undefined)
    throw new Error(`kernel: ${kernel.name} must have an output ${name}, got ${outputsOf(kernel).join(', ')}`);
  return found;
}

/** Whether units leave something to be added up. */
export const hasPartials = ({ totals, sums }: RowKernel): boolean =>
  Object.keys(totals).length + Object.keys(sums).length > 0;

/** Name of the kernel that makes tensors of sums. */
export const finishOf = ({ name }: RowKernel): string => `${name}Finish`;

/** Inputs in order, as `{ x: 'row', weight: 'column' }`. */
export const rowInputs = (extents: Readonly<Record<string, RowOperand['extent']>>): readonly RowOperand[] =>
  Object.entries(extents).map(([name, extent]) => ({ name, extent }));

/** The length of a row, as a number that every expression may use. */
export const width = input('width');
/** The number of an element in its row, from 0. */
export const column = input('column');

const isAlong = ({ extent }: RowOperand): boolean => extent === 'row' || extent === 'column';

/** Inputs with a number an element, and those with a number a row or one for all. */
export const alongRow = ({ inputs }: RowKernel): readonly RowOperand[] => inputs.filter(isAlong);
export const sameForRow = ({ inputs }: RowKernel): readonly RowOperand[] => inputs.filter((one) => !isAlong(one));

/** Names that something is computed from. */
export function usedBy({ folds, results, values, totals, sums, skip, picks }: RowKernel): ReadonlySet<string> {
  const terms = [...folds.map(({ of }) => of), ...Object.values(totals)].flat();
  const whole = [results, values, sums].flatMap((record) => Object.values(record));
  const picked = picks.flatMap(({ of, at }) => [of, at]);
  return new Set([...inputsOf([...terms, ...whole, ...(skip ? [skip] : [])]), ...picked]);
}

/** Names of values that are constant within a row before any fold. */
export const rowNumbers = (kernel: RowKernel): readonly string[] => [
  width.name,
  ...kernel.attributes,
  ...sameForRow(kernel).map(({ name }) => name),
  ...kernel.picks.map(({ name }) => name),
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
  const { folds, results, values, totals, sums, kept } = kernel;
  const terms = [...folds.map(({ of }) => of), ...Object.values(totals)];
  const whole = [results, values, sums].flatMap((record) => Object.values(record));
  const all = simplify([...terms.flat(), ...whole, ...(kept ? [kept.of] : [])]);
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
    sums: renewed(sums, next),
    kept: kept && { ...kept, of: next() },
  };
}

/** The kernel for a device that keeps nothing between passes: what was kept is computed again. */
export function withoutKept(kernel: RowKernel): RowKernel {
  const { kept, results } = kernel;
  if (kept === null) return kernel;
  const renewed = Object.entries(results).map(([name, value]) => [name, substitute(value, [kept.name], kept.of)]);
  return { ...kernel, kept: null, results: Object.fromEntries(renewed) as Record<string, Expr> };
}

const arrivingAt = (name: string): string => `d_${name}`;

/**
 * The gradients of rows and columns of a kernel, given the gradients of its results; its values are not part of a loss. Folds are
 * recomputed, then their gradients, the last fold first. If several elements are the maximum, each gets the maximum's gradient.
 */
export function backwardRows(name: string, kernel: RowKernel): RowKernel {
  const { inputs, folds, results } = kernel;
  const arriving = Object.keys(results).map((one): RowOperand => ({ name: arrivingAt(one), extent: 'row' }));
  const wanted = inputs.filter(isAlong);
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
