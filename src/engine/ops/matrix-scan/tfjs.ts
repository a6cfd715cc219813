// matrixScan and its gradient on the tensorflow device: a loop over T of one product for all samples, [B, H, H] [B, H, 1].
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';

/** Matrices [B, H, H] and columns [B, H, 1] of all steps. */
function stepsOf({ tf }: TfContext, matrix: TfTensor, x: TfTensor): readonly [TfTensor[], TfTensor[]] {
  const [B, T, H] = x.shape;
  return [tf.unstack(tf.reshape(matrix, [B, T, H, H]), 1), tf.unstack(tf.reshape(x, [B, T, H, 1]), 1)];
}

export const matrixScanTfjs: TfKernel<object> = (c, [matrix, b]) => {
  const { tf } = c;
  const [matrices, y] = stepsOf(c, matrix, b);
  for (let t = 1; t < y.length; t++) y[t] = tf.add(tf.matMul(matrices[t], y[t - 1]), y[t]);
  return [tf.reshape(tf.stack(y, 1), b.shape)];
};

export const matrixScanGradTfjs: TfKernel<object> = (c, [matrix, dy]) => {
  const { tf } = c;
  const [matrices, db] = stepsOf(c, matrix, dy);
  for (let t = db.length - 2; t >= 0; t--) db[t] = tf.add(tf.matMul(matrices[t + 1], db[t + 1], true, false), db[t]);
  return [tf.reshape(tf.stack(db, 1), dy.shape)];
};
