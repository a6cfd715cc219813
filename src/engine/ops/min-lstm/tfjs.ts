// minLstm and minLstmGrad on the tensorflow device: gates of all steps at once, then a loop of one product and one sum a step.
import { candidatesTfjs } from '../candidate-tfjs.ts';
import type { OpAttrs } from '../kinds.ts';
import { scanBack, scanOverTime, sigmoidSlope, statesBefore, stepOf } from '../recurrent-tfjs.ts';
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';
import { softplusTfjs } from '../unary/tfjs.ts';

interface Gates {
  readonly forget: TfTensor;
  readonly input: TfTensor;
  /** Gradients of the two pre-activations, given those of the gates as they are used. */
  readonly back: (dForget: TfTensor, dInput: TfTensor) => readonly [df: TfTensor, di: TfTensor];
}

/** Normalised: f / (f + i) = sigmoid(softplus(-b) - softplus(-a)), which holds where f and i both underflow. */
function gatesOf(c: TfContext, a: TfTensor, b: TfTensor, normalised: boolean): Gates {
  const { tf } = c;
  if (!normalised) {
    const forget = tf.sigmoid(a);
    const input = tf.sigmoid(b);
    const back: Gates['back'] = (dForget, dInput) => [
      tf.mul(dForget, sigmoidSlope(c, forget)),
      tf.mul(dInput, sigmoidSlope(c, input)),
    ];
    return { forget, input, back };
  }
  const difference = tf.sub(softplusTfjs(c, tf.neg(b)), softplusTfjs(c, tf.neg(a)));
  const forget = tf.sigmoid(difference);
  const input = tf.sigmoid(tf.neg(difference));
  const back: Gates['back'] = (dForget, dInput) => {
    const across = tf.mul(tf.sub(dForget, dInput), tf.mul(forget, input));
    return [tf.mul(across, tf.sigmoid(tf.neg(a))), tf.neg(tf.mul(across, tf.sigmoid(tf.neg(b))))];
  };
  return { forget, input, back };
}

export const minLstmTfjs: TfKernel<OpAttrs['minLstm']> = (c, [u, h0], { candidate, normalised }, [{ shape }]) => {
  const { tf } = c;
  const [a, b, content] = tf.split(u, [shape[2], shape[2], shape[2]], 2);
  const { forget, input } = gatesOf(c, a, b, normalised);
  return [scanOverTime(c, forget, tf.mul(input, candidatesTfjs[candidate].value(c, content)), h0)];
};

export const minLstmGradTfjs: TfKernel<OpAttrs['minLstmGrad']> = (c, [u, h, dh, h0], { candidate, normalised }) => {
  const { tf } = c;
  const width = h.shape[2];
  const { value, back } = candidatesTfjs[candidate];
  const [a, b, content] = tf.split(u, [width, width, width], 2);
  const gates = gatesOf(c, a, b, normalised);
  const arriving = scanBack(c, gates.forget, dh);
  const [df, di] = gates.back(tf.mul(arriving, statesBefore(c, h, h0)), tf.mul(arriving, value(c, content)));
  const du = tf.concat([df, di, back(c, content, tf.mul(arriving, gates.input))], 2);
  return [du, ...(h0 === undefined ? [] : [tf.mul(stepOf(c, gates.forget, 0), stepOf(c, arriving, 0))])];
};
