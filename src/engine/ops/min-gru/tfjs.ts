// minGru and minGruGrad on the tensorflow device: gates of all steps at once, then a loop of one product and one sum a step.
import { candidatesTfjs } from '../candidate-tfjs.ts';
import type { OpAttrs } from '../kinds.ts';
import { oneMinus, scanBack, scanOverTime, sigmoidSlope, statesBefore, stepOf } from '../recurrent-tfjs.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const minGruTfjs: TfKernel<OpAttrs['minGru']> = (c, [u, h0], { candidate }, [{ shape }]) => {
  const { tf } = c;
  const [gate, content] = tf.split(u, [shape[2], shape[2]], 2);
  const z = tf.sigmoid(gate);
  return [scanOverTime(c, oneMinus(c, z), tf.mul(z, candidatesTfjs[candidate].value(c, content)), h0)];
};

export const minGruGradTfjs: TfKernel<OpAttrs['minGruGrad']> = (c, [u, h, dh, h0], { candidate }) => {
  const { tf } = c;
  const width = h.shape[2];
  const { value, back } = candidatesTfjs[candidate];
  const [gate, content] = tf.split(u, [width, width], 2);
  const z = tf.sigmoid(gate);
  const kept = oneMinus(c, z);
  const arriving = scanBack(c, kept, dh);
  const change = tf.sub(value(c, content), statesBefore(c, h, h0));
  const dgate = tf.mul(tf.mul(arriving, change), sigmoidSlope(c, z));
  const du = tf.concat([dgate, back(c, content, tf.mul(arriving, z))], 2);
  return [du, ...(h0 === undefined ? [] : [tf.mul(stepOf(c, kept, 0), stepOf(c, arriving, 0))])];
};
