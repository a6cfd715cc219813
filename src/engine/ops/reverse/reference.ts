// The definition of reverse.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const reverseReference: ReferenceKernel<OpAttrs['reverse']> = ([x], [y]) => {
  const [B = 1, T = 1, H = 1] = x.shape;
  for (let b = 0; b < B; b++)
    for (let t = 0; t < T; t++)
      for (let h = 0; h < H; h++) y.data[(b * T + t) * H + h] = x.data[(b * T + T - 1 - t) * H + h];
};
