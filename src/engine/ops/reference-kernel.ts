// The signature of an op's float64 definition: plain loops over plain arrays, without sharing or optimisation.
import type { Shape } from '../core/tensor.ts';

/** Row-major data; integers are held as float64 as well. */
export interface ReferenceTensor {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** Writes every element of every output (or of the inputs that the op mutates). */
export type ReferenceKernel<A> = (
  inputs: readonly ReferenceTensor[],
  outputs: readonly ReferenceTensor[],
  attrs: A,
) => void;
