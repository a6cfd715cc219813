// The definition of assign and accumulate.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const assignReference: ReferenceKernel<OpAttrs['assign']> = ([variable, value]) => {
  variable.data.set(value.data);
};

export const accumulateReference: ReferenceKernel<OpAttrs['accumulate']> = ([variable, value, factor]) => {
  for (let i = 0; i < variable.data.length; i++) variable.data[i] += factor.data[0] * value.data[i];
};
