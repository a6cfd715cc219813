// The definition of constant in float64.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const constantReference: ReferenceKernel<OpAttrs['constant']> = (_inputs, [y], { value }) => {
  y.data.fill(value);
};
