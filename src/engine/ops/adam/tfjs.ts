// adam on the tensorflow device: new values of p, m and v, or the old ones where the factor is not finite.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const adamTfjs: TfKernel<OpAttrs['adam']> = ({ tf, scalar }, [p, m, v, g, factor, hyper], attrs) => {
  const { beta1, beta2, eps, weightDecay, decoupled } = attrs;
  const [rate, correction1, correction2] = tf.unstack(hyper, 0);
  const finite = tf.isFinite(factor);
  const clipped = tf.mul(factor, g);
  const gradient = decoupled || weightDecay === 0 ? clipped : tf.add(clipped, tf.mul(scalar(weightDecay), p));
  const shrink = tf.sub(scalar(1), tf.mul(rate, scalar(weightDecay)));
  const decayed = decoupled && weightDecay !== 0 ? tf.mul(p, shrink) : p;
  const first = tf.add(tf.mul(scalar(beta1), m), tf.mul(scalar(1 - beta1), gradient));
  const second = tf.add(tf.mul(scalar(beta2), v), tf.mul(scalar(1 - beta2), tf.square(gradient)));
  const deviation = tf.add(tf.sqrt(tf.div(second, correction2)), scalar(eps));
  const change = tf.div(tf.mul(rate, tf.div(first, correction1)), deviation);
  return [tf.where(finite, tf.sub(decayed, change), p), tf.where(finite, first, m), tf.where(finite, second, v)];
};
