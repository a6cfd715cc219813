// The definition of broadcast: x repeated.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const broadcastReference: ReferenceKernel<OpAttrs['broadcast']> = ([x], [y]) => {
  for (let i = 0; i < y.data.length; i++) y.data[i] = x.data[i % x.data.length];
};
