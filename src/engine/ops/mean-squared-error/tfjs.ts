// meanSquaredError on the tensorflow device.
import type { OpAttrs } from '../kinds.ts';
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';

/** 1 / count, 0 where nothing was counted. */
const shareOf = ({ tf, scalar }: TfContext, count: TfTensor): TfTensor =>
  tf.where(tf.greater(count, scalar(0)), tf.reciprocal(count), scalar(0));

export const meanSquaredErrorTfjs: TfKernel<OpAttrs['meanSquaredError']> = (c, [prediction, target, mask]) => {
  const { tf } = c;
  const count = tf.sum(mask);
  const total = tf.sum(tf.mul(mask, tf.square(tf.sub(prediction, target))));
  return [tf.mul(total, shareOf(c, count)), count];
};
