// cumulativeSum on the tensorflow device: a loop, since cumsum of TensorFlow.js is wrong along some axes of some backends.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const cumulativeSumTfjs: TfKernel<OpAttrs['cumulativeSum']> = ({ tf }, [x], { reverse }) => {
  const steps = tf.unstack(x, 1);
  const sums = reverse ? steps.reverse() : steps;
  for (let t = 1; t < sums.length; t++) sums[t] = tf.add(sums[t - 1], sums[t]);
  return [tf.stack(reverse ? sums.reverse() : sums, 1)];
};
