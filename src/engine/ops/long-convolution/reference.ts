// The definition of longConvolution and its gradient: the direct sum, one product at a time.
import type { ReferenceKernel, ReferenceTensor } from '../reference-kernel.ts';
import { longSizes, type LongConvolutionAttrs } from './sizes.ts';

/** Calls `visit` with the places in y, kernel and x of every product. */
function eachProduct(
  x: ReferenceTensor,
  kernel: ReferenceTensor,
  attrs: LongConvolutionAttrs,
  visit: (y: number, tap: number, from: number) => void,
): void {
  const sizes = longSizes({ shape: x.shape, dtype: 'f32' }, { shape: kernel.shape, dtype: 'f32' }, attrs);
  const { B, S, K, T, C, shift, direction } = sizes;
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++) {
      for (let l = 0; l < K; l++) {
        const row = t + shift + direction * l;
        if (row < 0 || row >= S) break;
        for (let c = 0; c < C; c++) visit((b * T + t) * C + c, l * C + c, (b * S + row) * C + c);
      }
    }
  }
}

export const longConvolutionReference: ReferenceKernel<LongConvolutionAttrs> = ([x, kernel], [y], attrs) => {
  y.data.fill(0);
  eachProduct(x, kernel, attrs, (at, tap, from) => {
    y.data[at] += kernel.data[tap] * x.data[from];
  });
};

export const longConvolutionGradReference: ReferenceKernel<LongConvolutionAttrs> = (
  [x, kernel, dy],
  [dx, dkernel],
  attrs,
) => {
  dx.data.fill(0);
  dkernel.data.fill(0);
  eachProduct(x, kernel, attrs, (at, tap, from) => {
    dx.data[from] += dy.data[at] * kernel.data[tap];
    dkernel.data[tap] += dy.data[at] * x.data[from];
  });
};
