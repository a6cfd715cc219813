// What ops over time have in common on the tensorflow device: a plain loop over T of whole-batch steps, which beats a scan of
// logarithmic depth on a CPU. Gradients compute everything that does not depend on later steps for all steps at once.
import type { TfContext, TfTensor } from './tfjs-kernel.ts';

/** s_t = dh_t + a_{t+1} s_{t+1} for a, dh [B, T, H]: what arrives at b_t of h_t = a_t h_{t-1} + b_t. */
export function scanBack({ tf }: TfContext, a: TfTensor, dh: TfTensor): TfTensor {
  const decays = tf.unstack(a, 1);
  const arriving = tf.unstack(dh, 1);
  for (let t = arriving.length - 2; t >= 0; t--) {
    arriving[t] = tf.add(arriving[t], tf.mul(decays[t + 1], arriving[t + 1]));
  }
  return tf.stack(arriving, 1);
}

/** The state before each step: start (or zeros), then h but for its last step. [B, T, H]. */
export function statesBefore({ tf }: TfContext, h: TfTensor, start: TfTensor | undefined): TfTensor {
  const [batch, time, width] = h.shape;
  const first = start === undefined ? tf.fill([batch, 1, width], 0, 'float32') : tf.reshape(start, [batch, 1, width]);
  return time === 1 ? first : tf.concat([first, tf.slice(h, [0, 0, 0], [batch, time - 1, width])], 1);
}

/** 1 - x. */
export const oneMinus = ({ tf, scalar }: TfContext, x: TfTensor): TfTensor => tf.sub(scalar(1), x);

/** y (1 - y): the derivative of sigmoid by its value. */
export const sigmoidSlope = (c: TfContext, y: TfTensor): TfTensor => c.tf.mul(y, oneMinus(c, y));

/** 1 - y y: the derivative of tanh by its value. */
export const tanhSlope = (c: TfContext, y: TfTensor): TfTensor => oneMinus(c, c.tf.square(y));

/** dW [G H, H] = sum over batch and time of dpre [B, T, G H] state [B, T, H]. */
export function weightGradient({ tf, product }: TfContext, dpre: TfTensor, state: TfTensor): TfTensor {
  const rows = (x: TfTensor): TfTensor => tf.reshape(x, [-1, x.shape[2]]);
  return product(rows(dpre), rows(state), true, false);
}
