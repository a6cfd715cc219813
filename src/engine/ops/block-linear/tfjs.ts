// blockLinear and its gradient on the tensorflow device: a product for each block, all at once.
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';
import { blocksOf } from './sizes.ts';

/** […, G n] as [G, rows, n]. */
const apart = ({ tf }: TfContext, x: TfTensor, G: number, n: number): TfTensor =>
  tf.transpose(tf.reshape(x, [x.size / (G * n), G, n]), [1, 0, 2]);

/** And back, to rows as those of `like`. */
function joined({ tf }: TfContext, x: TfTensor, like: TfTensor): TfTensor {
  const [G = 1, , n = 1] = x.shape;
  return tf.reshape(tf.transpose(x, [1, 0, 2]), [...like.shape.slice(0, -1), G * n]);
}

export const blockLinearTfjs: TfKernel<object> = (c, [x, weight]) => {
  const { G, I } = blocksOf(weight);
  return [joined(c, c.tf.matMul(apart(c, x, G, I), weight, false, true), x)];
};

export const blockLinearGradTfjs: TfKernel<object> = (c, [x, weight, dy]) => {
  const { G, O, I } = blocksOf(weight);
  const slopes = apart(c, dy, G, O);
  return [joined(c, c.tf.matMul(slopes, weight), x), c.tf.matMul(slopes, apart(c, x, G, I), true, false)];
};
