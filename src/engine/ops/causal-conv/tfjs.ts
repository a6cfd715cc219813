// causalConv and causalConvGrad on the tensorflow device: one shifted product a tap. TensorFlow.js convolutions are not used, since their
// gradient is missing on wasm.
import type { OpAttrs } from '../kinds.ts';
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';

/** The K-1 steps before x (context or zeros), then x: [B, K-1+T, C]. */
function withPast({ tf }: TfContext, x: TfTensor, taps: number, context: TfTensor | undefined): TfTensor {
  if (taps === 1) return x;
  const [batch, , channels] = x.shape;
  return tf.concat([context ?? tf.fill([batch, taps - 1, channels], 0, 'float32'), x], 1);
}

/** Steps [start, start + length) of x [B, T, C]. */
const steps = ({ tf }: TfContext, x: TfTensor, start: number, length: number): TfTensor =>
  tf.slice(x, [0, start, 0], [x.shape[0], length, x.shape[2]]);

/** The columns of weight [C, K]: K vectors [C]. */
const tapsOf = ({ tf }: TfContext, weight: TfTensor): TfTensor[] => tf.unstack(weight, 1);

export const causalConvTfjs: TfKernel<OpAttrs['causalConv']> = (c, [x, weight, bias, context]) => {
  const { tf } = c;
  const time = x.shape[1];
  const padded = withPast(c, x, weight.shape[1], context);
  const products = tapsOf(c, weight).map((tap, k) => tf.mul(steps(c, padded, k, time), tap));
  return [products.reduce((sum, product) => tf.add(sum, product), bias)];
};

/** d padded[s] = sum_k weight[k] dy[s - k]; dweight[k] = sum dy[t] padded[t + k]. */
export const causalConvGradTfjs: TfKernel<OpAttrs['causalConvGrad']> = (c, [x, weight, dy, context]) => {
  const { tf } = c;
  const [, time, channels] = x.shape;
  const past = weight.shape[1] - 1;
  const rows = (value: TfTensor): TfTensor => tf.sum(tf.reshape(value, [-1, channels]), 0);
  const padded = withPast(c, x, past + 1, context);
  const dweight = tf.stack(
    tapsOf(c, weight).map((_, k) => rows(tf.mul(dy, steps(c, padded, k, time)))),
    1,
  );
  const wide =
    past === 0
      ? dy
      : tf.pad(dy, [
          [0, 0],
          [past, past],
          [0, 0],
        ]);
  const dpadded = tapsOf(c, weight)
    .map((tap, k) => tf.mul(steps(c, wide, past - k, time + past), tap))
    .reduce((sum, product) => tf.add(sum, product));
  const dx = steps(c, dpadded, past, time);
  return [dx, dweight, rows(dy), ...(context === undefined ? [] : [steps(c, dpadded, 0, past)])];
};
