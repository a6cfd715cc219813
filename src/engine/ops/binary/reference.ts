// The definition of binary in float64: b is repeated if its shape is a suffix of a's.
import type { BinaryFn, OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

const functions: Readonly<Record<BinaryFn, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  max: (a, b) => Math.max(a, b),
};

export const binaryReference: ReferenceKernel<OpAttrs['binary']> = ([a, b], [y], { fn }) => {
  for (let i = 0; i < y.data.length; i++) y.data[i] = functions[fn](a.data[i], b.data[i % b.data.length]);
};
