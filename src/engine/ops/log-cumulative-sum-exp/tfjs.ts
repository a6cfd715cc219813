// logCumulativeSumExp and its gradient on the tensorflow device. The logarithm of zero is an input like any other.
import type { OpAttrs } from '../kinds.ts';
import { scanBack } from '../recurrent-tfjs.ts';
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';

/** Stands for the logarithm of zero where a difference of two of them must not be NaN. */
const lowest = -3e38;

/** log(exp a + exp b). */
function logAdd({ tf, scalar, log1p }: TfContext, a: TfTensor, b: TfTensor): TfTensor {
  const larger = tf.maximum(a, b);
  const difference = tf.sub(tf.minimum(a, b), tf.maximum(larger, scalar(lowest)));
  return tf.add(larger, log1p(tf.exp(difference)));
}

/** exp(a - b) where a <= b; 0 when a is log 0. */
const ratio = ({ tf, scalar }: TfContext, a: TfTensor, b: TfTensor): TfTensor =>
  tf.exp(tf.sub(a, tf.maximum(b, scalar(lowest))));

export const logCumulativeSumExpTfjs: TfKernel<OpAttrs['logCumulativeSumExp']> = (c, [x]) => {
  const totals = c.tf.unstack(x, 1);
  for (let t = 1; t < totals.length; t++) totals[t] = logAdd(c, totals[t - 1], totals[t]);
  return [c.tf.stack(totals, 1)];
};

/** s_t = dy_t + s_{t+1} exp(y_t - y_{t+1}), dx_t = s_t exp(x_t - y_t). */
export const logCumulativeSumExpGradTfjs: TfKernel<OpAttrs['logCumulativeSumExpGrad']> = (c, [x, y, dy]) => {
  const { tf } = c;
  const [batch, time, width] = y.shape;
  if (time === 1) return [tf.mul(dy, ratio(c, x, y))];
  const earlier = tf.slice(y, [0, 0, 0], [batch, time - 1, width]);
  const later = tf.slice(y, [0, 1, 0], [batch, time - 1, width]);
  const decays = tf.pad(ratio(c, earlier, later), [
    [0, 0],
    [1, 0],
    [0, 0],
  ]); // at t: from step t back to t - 1
  return [tf.mul(scanBack(c, decays, dy), ratio(c, x, y))];
};
