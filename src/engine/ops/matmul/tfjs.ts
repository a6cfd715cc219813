// matmul on the tensorflow device: operands read as matrices.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel, TfTensor } from '../tfjs-kernel.ts';

export const matmulTfjs: TfKernel<OpAttrs['matmul']> = ({ tf, product }, [a, b, bias], attrs, [type]) => {
  const matrix = (x: TfTensor): TfTensor => (x.shape.length === 2 ? x : tf.reshape(x, [-1, x.shape.at(-1) ?? 1]));
  const y = product(matrix(a), matrix(b), attrs.transA, attrs.transB);
  return [tf.reshape(attrs.bias ? tf.add(y, bias) : y, type.shape)];
};
