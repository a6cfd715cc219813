// layerNorm and layerNormGrad on the tensorflow device, by rows.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel, TfTensor } from '../tfjs-kernel.ts';

export const layerNormTfjs: TfKernel<OpAttrs['layerNorm']> = (
  { tf, scalar },
  [x, weight, bias],
  { eps },
  [, meanType, rstdType],
) => {
  const width = weight.size;
  const matrix = tf.reshape(x, [-1, width]);
  const mean = tf.div(tf.sum(matrix, 1, true), scalar(width)); // [R, 1]
  const centred = tf.sub(matrix, mean);
  const variance = tf.div(tf.sum(tf.square(centred), 1, true), scalar(width));
  const rstd = tf.rsqrt(tf.add(variance, scalar(eps)));
  const y = tf.add(tf.mul(tf.mul(centred, rstd), weight), bias);
  return [tf.reshape(y, x.shape), tf.reshape(mean, meanType.shape), tf.reshape(rstd, rstdType.shape)];
};

/** With xhat = (x - mean) rstd and d = dy weight: dx = rstd (d - mean(d) - xhat mean(d xhat)). */
export const layerNormGradTfjs: TfKernel<OpAttrs['layerNormGrad']> = ({ tf, scalar }, [x, weight, mean, rstd, dy]) => {
  const width = weight.size;
  const rows = (value: TfTensor): TfTensor => tf.reshape(value, [-1, width]);
  const meanOf = (value: TfTensor): TfTensor => tf.div(tf.sum(value, 1, true), scalar(width));
  const scale = tf.reshape(rstd, [-1, 1]);
  const normal = tf.mul(tf.sub(rows(x), tf.reshape(mean, [-1, 1])), scale);
  const arriving = tf.mul(rows(dy), weight);
  const along = tf.mul(normal, meanOf(tf.mul(arriving, normal)));
  const dx = tf.mul(scale, tf.sub(tf.sub(arriving, meanOf(arriving)), along));
  return [tf.reshape(dx, x.shape), tf.sum(tf.mul(rows(dy), normal), 0), tf.sum(rows(dy), 0)];
};
