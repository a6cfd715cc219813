// The definition of matmul: three loops, the sum over k in order.
import { f32 } from '../../core/tensor.ts';
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { matmulSizes } from './sizes.ts';

export const matmulReference: ReferenceKernel<OpAttrs['matmul']> = ([a, b, bias], [y], attrs) => {
  const { rows, inner, columns } = matmulSizes(f32(...a.shape), f32(...b.shape), attrs);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) {
        const left = a.data[attrs.transA ? k * rows + row : row * inner + k];
        const right = b.data[attrs.transB ? column * inner + k : k * columns + column];
        sum += left * right;
      }
      y.data[row * columns + column] = attrs.bias ? sum + bias.data[column] : sum;
    }
  }
};
