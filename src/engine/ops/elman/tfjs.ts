// elman and elmanGrad on the tensorflow device: a loop over T of one product [B, H] [H, H] a step.
import type { OpAttrs } from '../kinds.ts';
import { statesBefore, tanhSlope, weightGradient } from '../recurrent-tfjs.ts';
import type { TfKernel, TfTensor } from '../tfjs-kernel.ts';

export const elmanTfjs: TfKernel<OpAttrs['elman']> = ({ tf }, [gx, weight, h0]) => {
  const transposed = tf.transpose(weight);
  let h = h0;
  const states = tf.unstack(gx, 1).map((input) => {
    h = tf.tanh(h === undefined ? input : tf.add(input, tf.matMul(h, transposed)));
    return h;
  });
  return [tf.stack(states, 1)];
};

export const elmanGradTfjs: TfKernel<OpAttrs['elmanGrad']> = (c, [weight, h, dh, h0]) => {
  const { tf } = c;
  const slopes = tf.unstack(tanhSlope(c, h), 1);
  const arriving = tf.unstack(dh, 1);
  const dpre: TfTensor[] = [];
  let later: TfTensor | null = null;
  for (let t = arriving.length - 1; t >= 0; t--) {
    dpre[t] = tf.mul(later === null ? arriving[t] : tf.add(arriving[t], later), slopes[t]);
    later = tf.matMul(dpre[t], weight);
  }
  const dgx = tf.stack(dpre, 1);
  const dweight = weightGradient(c, dgx, statesBefore(c, h, h0));
  return [dgx, dweight, ...(h0 === undefined ? [] : [later ?? dh])];
};
