// The template of kernels that compute each element independently: elementwise ops, and updates of parameters in place. A row or a scalar
// may be broadcast over the rest. Independent of devices.
import { gradient } from './derive.ts';
import { constant, input, mul, type Expr } from './expr.ts';

/** A number that is the same for all elements, read from memory when the kernel runs: element `offset` of a tensor. */
export interface SharedNumber {
  readonly name: string;
  readonly tensor: string;
  readonly offset: number;
}

/**
 * A random word for each element, drawn from Philox: the first extent of the tensors counts samples, and the word belongs to the sample,
 * however a batch is worked through. `counter` is an i32 [5] operand: seed low, seed high, step low, step high, number of the first sample.
 */
export interface RandomWords {
  readonly word: string;
  readonly counter: string;
  /** A word that is known when a program is compiled, for comparison. */
  readonly threshold: string;
}

/** The stream that a node draws from, and its threshold. */
export interface Draw {
  readonly stream: number;
  readonly threshold: number;
}

/** A loop over the elements of tensors of one size. */
export interface MapKernel {
  readonly name: string;
  readonly tensors: readonly string[];
  /** Repeated operands: of the size of the tensors or of a suffix (a row, one number). All of one size. */
  readonly rows: readonly string[];
  readonly numbers: readonly SharedNumber[];
  /** Numbers known when a program is compiled. */
  readonly attributes: readonly string[];
  /** New values by tensor, in place. */
  readonly changes: Readonly<Record<string, Expr>>;
  /** Output tensors, in the order of the op's outputs. */
  readonly results: Readonly<Record<string, Expr>>;
  readonly random: RandomWords | null;
  /** The number that must be finite; otherwise nothing changes. */
  readonly guard: string | null;
}

type Given = Pick<MapKernel, 'name' | 'tensors'> & Partial<MapKernel>;

export const defineMap = (given: Given): MapKernel => ({
  rows: [],
  numbers: [],
  attributes: [],
  changes: {},
  results: {},
  random: null,
  guard: null,
  ...given,
});

/** The number in a scalar tensor. */
export const numberIn = (tensor: string): SharedNumber => ({ name: tensor, tensor, offset: 0 });

/** Tensors that numbers are read from, each once. */
export const numberTensors = ({ numbers }: MapKernel): readonly string[] => [
  ...new Set(numbers.map(({ tensor }) => tensor)),
];

/** Inputs of the op in order: full tensors, repeated tensors, those that numbers are read from, the counter of random words. */
export const mapInputs = (kernel: MapKernel): readonly string[] => [
  ...kernel.tensors,
  ...kernel.rows,
  ...numberTensors(kernel),
  ...(kernel.random ? [kernel.random.counter] : []),
];

/** Names of values that are the same for all elements. */
export const sharedNames = ({ numbers, attributes, random }: MapKernel): readonly string[] => [
  ...numbers.map(({ name }) => name),
  ...attributes,
  ...(random ? [random.threshold] : []),
];

/** Every tensor that is written, and its value. */
export const writtenBy = ({ changes, results }: MapKernel): readonly (readonly [string, Expr])[] => [
  ...Object.entries(changes),
  ...Object.entries(results),
];

/** Values of the attributes of a node, by name. */
export type MapAttributes = Readonly<Record<string, number>>;

/** The map that a node uses, and the values of its attributes. */
export type MapOf<A> = (attrs: A) => {
  readonly kernel: MapKernel;
  readonly values?: MapAttributes;
  readonly draw?: Draw;
};

/** The value of an attribute; asking for one that the op does not have is a bug. */
export function attributeOf(values: MapAttributes, name: string): number {
  const value = values[name];
  if (value === undefined)
    throw new Error(`kernel: attribute ${name} is required, got ${Object.keys(values).join(', ')}`);
  return value;
}

/** Name of the gradient of a result. */
const arrivingAt = (result: string): string => `d_${result}`;

/**
 * The gradients of the inputs `wanted` of a map without repeated operands that has one output: a map of the inputs and the arriving
 * gradient, which is multiplied by the derivative. `slopes` contains hand-written derivatives, which need fewer operations, are more
 * accurate, or keep the bits of an older kernel.
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
