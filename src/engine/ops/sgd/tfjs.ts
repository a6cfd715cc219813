// sgd on the tensorflow device: new values of p and its momentum, or the old ones where the factor is not finite.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const sgdTfjs: TfKernel<OpAttrs['sgd']> = ({ tf, scalar }, [p, buffer, g, factor, hyper], attrs) => {
  const { momentum, weightDecay } = attrs;
  const [rate] = tf.unstack(hyper, 0);
  const finite = tf.isFinite(factor);
  const gradient = tf.add(tf.mul(factor, g), tf.mul(scalar(weightDecay), p));
  const moved = tf.add(tf.mul(scalar(momentum), buffer), gradient);
  return [tf.where(finite, tf.sub(p, tf.mul(rate, moved)), p), tf.where(finite, moved, buffer)];
};
