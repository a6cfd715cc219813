// The candidate of minGRU and minLSTM in float64: the pre-activation as it is, or made positive by g.
import type { Candidate } from './kinds.ts';
import { positive, positiveDerivative } from './unary/scalar-functions.ts';

/** cand(x) and its derivative. */
export const candidates: Readonly<
  Record<Candidate, { readonly value: (x: number) => number; readonly derivative: (x: number) => number }>
> = {
  identity: { value: (x) => x, derivative: () => 1 },
  g: { value: positive, derivative: positiveDerivative },
};
