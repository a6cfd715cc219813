// The definition of reduceSum: every element is added to the one sum it belongs to, in order of position.
import { lastOf } from '../../core/tensor.ts';
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const reduceSumReference: ReferenceKernel<OpAttrs['reduceSum']> = ([x], [y], { over, mean }) => {
  const columns = lastOf(x.shape);
  y.data.fill(0);
  for (let i = 0; i < x.data.length; i++) {
    const target = over === 'rows' ? i % columns : over === 'last' ? Math.floor(i / columns) : 0;
    y.data[target] += x.data[i];
  }
  const summed = x.data.length / y.data.length;
  if (mean) for (let i = 0; i < y.data.length; i++) y.data[i] /= summed;
};
