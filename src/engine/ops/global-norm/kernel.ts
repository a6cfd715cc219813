// globalNorm in the language of kernels: sums of squares, then their root and the factor that clips. A norm that is not finite gives the factor NaN.
import { add, constant, div, equal, input, less, select, sqrt } from '../../kernel/expr.ts';
import { defineRows, rowInputs } from '../../kernel/rows.ts';

const [x, max, norm] = ['x', 'max', 'norm'].map(input);
const share = div(max, add(norm, 1e-6));
const clipped = select(equal(max, 0), 1, select(less(1, share), 1, share));

export const normKernel = defineRows({
  name: 'norm',
  flat: true,
  inputs: rowInputs({ x: 'row' }),
  attributes: ['max'],
  folds: [{ name: 'squares', reduce: 'sum', of: [x, x] }],
  sums: { total: input('squares') },
  finish: { norm: [sqrt(input('total'))], factor: [select(less(norm, Infinity), clipped, constant(NaN))] },
});
