// The definition of globalNorm.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const globalNormReference: ReferenceKernel<OpAttrs['globalNorm']> = (gradients, [norm, factor], { max }) => {
  let squares = 0;
  for (const gradient of gradients) for (const value of gradient.data) squares += value * value;
  const length = Math.sqrt(squares);
  norm.data[0] = length;
  if (!Number.isFinite(length)) factor.data[0] = NaN;
  else factor.data[0] = max === 0 ? 1 : Math.min(1, max / (length + 1e-6));
};
