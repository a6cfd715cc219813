// The definition of affine in float64.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const affineReference: ReferenceKernel<OpAttrs['affine']> = ([x], [y], { scale, shift }) => {
  for (let i = 0; i < y.data.length; i++) y.data[i] = scale * x.data[i] + shift;
};
