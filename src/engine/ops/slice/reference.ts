// The definition of slice and pad, on tensors read as [outer, extent, inner].
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { aroundAxis } from '../shape-rule.ts';

export const sliceReference: ReferenceKernel<OpAttrs['slice']> = ([x], [y], { axis, start, length }) => {
  const { outer, extent, inner } = aroundAxis(x.shape, axis);
  for (let o = 0; o < outer; o++) {
    for (let e = 0; e < length; e++) {
      for (let i = 0; i < inner; i++) {
        y.data[(o * length + e) * inner + i] = x.data[(o * extent + start + e) * inner + i];
      }
    }
  }
};

export const padReference: ReferenceKernel<OpAttrs['pad']> = ([dy], [dx], { axis, start, size }) => {
  const { outer, extent, inner } = aroundAxis(dy.shape, axis);
  dx.data.fill(0);
  for (let o = 0; o < outer; o++) {
    for (let e = 0; e < extent; e++) {
      for (let i = 0; i < inner; i++) {
        dx.data[(o * size + start + e) * inner + i] = dy.data[(o * extent + e) * inner + i];
      }
    }
  }
};
