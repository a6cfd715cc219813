// The candidate of minGRU and minLSTM in WGSL. Knows no op.
import type { Candidate } from './kinds.ts';

/** WGSL expressions of cand(x) and of its derivative for the name of a number; with the functions of MATH. */
export const candidateCode: Readonly<
  Record<Candidate, { readonly value: (x: string) => string; readonly derivative: (x: string) => string }>
> = {
  identity: { value: (x) => x, derivative: () => '1f' },
  g: {
    value: (x) => `select(sigmoid_of(${x}), ${x} + 0.5f, ${x} >= 0f)`,
    derivative: (x) => `select(sigmoid_of(${x}) * sigmoid_of(-${x}), 1f, ${x} >= 0f)`,
  },
};
