// The definition of quantise, row by row.
import { lastOf } from '../../core/tensor.ts';
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

/** To the nearest whole number, and to the even one of two that are as near. */
function nearest(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

export const quantiseReference: ReferenceKernel<OpAttrs['quantise']> = ([x], [y], { to }) => {
  const width = lastOf(x.shape);
  for (let first = 0; first < x.data.length; first += width) {
    const row = Array.from({ length: width }, (_, n) => Math.abs(x.data[first + n]));
    const size = to === 'int8' ? Math.max(...row) : row.reduce((sum, one) => sum + one, 0) / width;
    const [low, high] = to === 'int8' ? [-128, 127] : [-1, 1];
    const scale = (to === 'int8' ? high : 1) / Math.max(size, 1e-5);
    for (let n = first; n < first + width; n++) {
      y.data[n] = Math.min(Math.max(nearest(x.data[n] * scale), low), high) / scale;
    }
  }
};
