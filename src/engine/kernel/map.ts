// The template of kernels that change each number of some tensors by itself: optimisers. Knows no device.
import type { Expr } from './expr.ts';

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
  readonly numbers: readonly SharedNumber[];
  /** Numbers that are known when a program is compiled. */
  readonly attributes: readonly string[];
  /** New values by tensor, in place. */
  readonly changes: Readonly<Record<string, Expr>>;
  /** The number that must be finite; else nothing changes. */
  readonly guard: string;
}

/** Tensors that numbers are read from, each once. */
export const numberTensors = ({ numbers }: MapKernel): readonly string[] => [
  ...new Set(numbers.map(({ tensor }) => tensor)),
];

/** Inputs of the op in order: what is gone through, then where numbers are read from. */
export const mapInputs = (kernel: MapKernel): readonly string[] => [...kernel.tensors, ...numberTensors(kernel)];

/** Names of what is the same for all elements. */
export const sharedNames = ({ numbers, attributes }: MapKernel): readonly string[] => [
  ...numbers.map(({ name }) => name),
  ...attributes,
];

/** Values of the attributes of a node, by name. */
export type MapAttributes = Readonly<Record<string, number>>;

/** The value of an attribute; a kernel that asks for one its op does not give is a bug. */
export function attributeOf(values: MapAttributes, name: string): number {
  const value = values[name];
  if (value === undefined)
    throw new Error(`kernel: attribute ${name} is required, got ${Object.keys(values).join(', ')}`);
  return value;
}
