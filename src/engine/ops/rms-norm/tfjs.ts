// rmsNorm and rmsNormGrad on the tensorflow device, by rows.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel, TfTensor } from '../tfjs-kernel.ts';

export const rmsNormTfjs: TfKernel<OpAttrs['rmsNorm']> = ({ tf, scalar }, [x, weight], { eps }, [, rows]) => {
  const width = weight.size;
  const matrix = tf.reshape(x, [-1, width]);
  const meanSquare = tf.div(tf.sum(tf.square(matrix), 1, true), scalar(width)); // [R, 1]
  const rstd = tf.rsqrt(tf.add(meanSquare, scalar(eps)));
  const y = tf.mul(tf.mul(matrix, rstd), weight);
  return [tf.reshape(y, x.shape), tf.reshape(rstd, rows.shape)];
};

/**
 * With n = x rstd and d = dy weight: dx = rstd (d - n mean(d n)). A row of one number is +-1 but for eps: there this cancels, and
 * 1 - n^2 = eps rstd^2 does not.
 */
export const rmsNormGradTfjs: TfKernel<OpAttrs['rmsNormGrad']> = ({ tf, scalar }, [x, weight, rstd, dy], { eps }) => {
  const width = weight.size;
  const rows = (value: TfTensor): TfTensor => tf.reshape(value, [-1, width]);
  const scale = tf.reshape(rstd, [-1, 1]);
  const normal = tf.mul(rows(x), scale);
  const arriving = tf.mul(rows(dy), weight);
  const along = tf.div(tf.sum(tf.mul(arriving, normal), 1, true), scalar(width));
  const inner =
    width === 1 ? tf.mul(tf.mul(arriving, scalar(eps)), tf.square(scale)) : tf.sub(arriving, tf.mul(normal, along));
  const dx = tf.mul(scale, inner);
  return [tf.reshape(dx, x.shape), tf.sum(tf.mul(rows(dy), normal), 0)];
};
