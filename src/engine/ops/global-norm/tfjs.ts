// globalNorm on the tensorflow device.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const globalNormTfjs: TfKernel<OpAttrs['globalNorm']> = ({ tf, scalar }, gradients, { max }) => {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(squares.length === 1 ? squares[0] : tf.sum(tf.stack(squares, 0)));
  const clipped = max === 0 ? scalar(1) : tf.minimum(scalar(1), tf.div(scalar(max), tf.add(norm, scalar(1e-6))));
  return [norm, tf.where(tf.isFinite(norm), clipped, scalar(NaN))];
};
