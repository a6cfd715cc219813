// The definition of reshape: the reference device has no views, so it copies.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const reshapeReference: ReferenceKernel<OpAttrs['reshape']> = ([x], [y]) => {
  y.data.set(x.data);
};
