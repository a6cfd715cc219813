// The template of kernels that make each number of some tensors by itself: elementwise ops, and updates of parameters in place. A row or one
// number may be repeated over the rest. Independent of devices.
import { gradient } from './derive.ts';
import { constant, input, mul, type Expr } from './expr.ts';

/** A number that is the same for all elements, read from memory when the kernel runs: element `offset` of a tensor. */
export interface SharedNumber {
  readonly name: string;
  readonly tensor: string;
  readonly offset: number;
}

/** A loop over the elements of tensors of one size. */
export interface MapKernel {
  readonly name: string;
  readonly tensors: readonly string[];
  /** Read again and again: of the size of the tensors, or the end of them (a row, one number). All of one size. */
  readonly rows: readonly string[];
  readonly numbers: readonly SharedNumber[];
  /** Numbers that are known when a program is compiled. */
  readonly attributes: readonly string[];
  /** New values by tensor, in place. */
  readonly changes: Readonly<Record<string, Expr>>;
  /** Tensors that are made, in the order of the op's outputs. */
  readonly results: Readonly<Record<string, Expr>>;
  /** The number that must be finite; else nothing changes. */
  readonly guard: string | null;
}

type Given = Pick<MapKernel, 'name' | 'tensors'> & Partial<MapKernel>;

export const defineMap = (given: Given): MapKernel => ({
  rows: [],
  numbers: [],
  attributes: [],
  changes: {},
  results: {},
  guard: null,
  ...given,
});

/** The number in a tensor of one number. */
export const numberIn = (tensor: string): SharedNumber => ({ name: tensor, tensor, offset: 0 });

/** Tensors that numbers are read from, each once. */
export const numberTensors = ({ numbers }: MapKernel): readonly string[] => [
  ...new Set(numbers.map(({ tensor }) => tensor)),
];

/** Inputs of the op in order: what is gone through, what is repeated, then where numbers are read from. */
export const mapInputs = (kernel: MapKernel): readonly string[] => [
  ...kernel.tensors,
  ...kernel.rows,
  ...numberTensors(kernel),
];

/** Names of what is the same for all elements. */
export const sharedNames = ({ numbers, attributes }: MapKernel): readonly string[] => [
  ...numbers.map(({ name }) => name),
  ...attributes,
];

/** Every tensor that is written, and what into it. */
export const writtenBy = ({ changes, results }: MapKernel): readonly (readonly [string, Expr])[] => [
  ...Object.entries(changes),
  ...Object.entries(results),
];

/** Values of the attributes of a node, by name. */
export type MapAttributes = Readonly<Record<string, number>>;

/** Which map a node asks for, and the values of its attributes. */
export type MapOf<A> = (attrs: A) => { readonly kernel: MapKernel; readonly values?: MapAttributes };

/** The value of an attribute; a kernel that asks for one its op does not give is a bug. */
export function attributeOf(values: MapAttributes, name: string): number {
  const value = values[name];
  if (value === undefined)
    throw new Error(`kernel: attribute ${name} is required, got ${Object.keys(values).join(', ')}`);
  return value;
}

/** Name of what arrives at a result. */
const arrivingAt = (result: string): string => `d_${result}`;

/**
 * What arrives at the inputs `wanted` of a map without rows that makes one tensor, when something arrives at that: a map of the inputs and of
 * what arrives, which is multiplied by the derivative. `slopes` has derivatives by hand: fewer operations, more digits, or the bits of an
 * older kernel.
 */
export function backwardMap(
  name: string,
  kernel: MapKernel,
  wanted: readonly string[],
  slopes: Readonly<Record<string, Expr>> = {},
): MapKernel {
  const made = Object.entries(kernel.results).slice(0, 1);
  const derived = gradient(
    made.map(([, value]) => ({ value, seed: constant(1) })),
    wanted,
  );
  const arriving = made.map(([result]) => arrivingAt(result));
  const [from = ''] = arriving;
  const partial = (one: string): Expr => mul(input(from), slopes[one] ?? derived[one] ?? 0);
  return {
    ...kernel,
    name,
    tensors: [...kernel.tensors, ...arriving],
    results: Object.fromEntries(wanted.map((one) => [arrivingAt(one), partial(one)])),
  };
}
