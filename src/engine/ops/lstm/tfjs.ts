// lstm and lstmGrad on the tensorflow device: TensorFlow's own kernel if that pays off (tfjs-block.ts), else a loop over T of one product
// [B, H] [H, 4H] a step.
import type { Shape } from '../../core/tensor.ts';
import type { OpAttrs } from '../kinds.ts';
import { sigmoidSlope, statesBefore, tanhSlope, weightGradient } from '../recurrent-tfjs.ts';
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';
import { blockLstm, blockLstmGrad, blockNative, identityInput } from './tfjs-block.ts';

interface LstmStep {
  readonly h: TfTensor;
  readonly c: TfTensor;
  /** [i | f | g | o] [B, 4H]. */
  readonly gates: TfTensor;
}

function lstmStep({ tf }: TfContext, pre: TfTensor, before: TfTensor): LstmStep {
  const width = before.shape[1];
  const [inputForget, content, output] = tf.split(pre, [2 * width, width, width], 1);
  const opened = tf.sigmoid(inputForget);
  const g = tf.tanh(content);
  const o = tf.sigmoid(output);
  const [i, f] = tf.split(opened, [width, width], 1);
  const c = tf.add(tf.mul(f, before), tf.mul(i, g));
  return { h: tf.mul(o, tf.tanh(c)), c, gates: tf.concat([opened, g, o], 1) };
}

export const lstmTfjs: TfKernel<OpAttrs['lstm']> = (context, inputs, _attrs, [{ shape }]) => {
  const native = blockNative(context, shape[2]);
  if (native === null) return stepByStep(context, inputs, shape);
  const [gx, weight, h0, c0] = inputs;
  return blockLstm(context, native, [gx, weight], identityInput(context, shape[2]), { h0, c0 });
};

function stepByStep(context: TfContext, [gx, weight, h0, c0]: readonly TfTensor[], shape: Shape): TfTensor[] {
  const { tf } = context;
  const zeros = (): TfTensor => tf.fill([shape[0], shape[2]], 0, 'float32');
  const transposed = tf.transpose(weight); // [H, 4H]
  let h = h0 ?? zeros();
  let c = c0 ?? zeros();
  const steps = tf.unstack(gx, 1).map((input) => {
    const step = lstmStep(context, tf.add(input, tf.matMul(h, transposed)), c);
    ({ h, c } = step);
    return step;
  });
  const over = (name: keyof LstmStep): TfTensor =>
    tf.stack(
      steps.map((step) => step[name]),
      1,
    );
  return [over('h'), over('c'), over('gates')];
}

/** What does not depend on later steps: dpre = [dc | dc | dc | dh] factors, and dc = dh intoCell. */
function factorsOf(
  context: TfContext,
  gates: TfTensor,
  c: TfTensor,
  before: TfTensor,
): { readonly factors: TfTensor; readonly intoCell: TfTensor; readonly f: TfTensor } {
  const { tf } = context;
  const width = c.shape[2];
  const [i, f, g, o] = tf.split(gates, [width, width, width, width], 2);
  const squashed = tf.tanh(c);
  const parts = [
    tf.mul(g, sigmoidSlope(context, i)),
    tf.mul(before, sigmoidSlope(context, f)),
    tf.mul(i, tanhSlope(context, g)),
    tf.mul(squashed, sigmoidSlope(context, o)),
  ];
  return { factors: tf.concat(parts, 2), intoCell: tf.mul(o, tanhSlope(context, squashed)), f };
}

export const lstmGradTfjs: TfKernel<OpAttrs['lstmGrad']> = (context, inputs, { initial }) => {
  const given = inputs.slice(0, 6);
  const width = inputs[0].shape[1];
  const native = blockNative(context, width);
  if (native === null) return gradStepByStep(context, inputs);
  const [h0, c0] = inputs.slice(6);
  const input = { x: null, ...identityInput(context, width) };
  const { dx, dweight, dh0, dc0 } = blockLstmGrad(context, native, given, input, { h0, c0 });
  return [dx, dweight, ...(initial ? [dh0, dc0] : [])];
};

function gradStepByStep(context: TfContext, inputs: readonly TfTensor[]): TfTensor[] {
  const { tf } = context;
  const [weight, h, c, gates, dh, dc] = inputs;
  const [h0, c0] = inputs.slice(6);
  const { factors, intoCell, f } = factorsOf(context, gates, c, statesBefore(context, c, c0));
  const [scales, intos, forgets, dhs, dcs] = [factors, intoCell, f, dh, dc].map((x) => tf.unstack(x, 1));
  const dpre: TfTensor[] = [];
  let later: { readonly dh: TfTensor; readonly dc: TfTensor } | null = null;
  for (let t = dhs.length - 1; t >= 0; t--) {
    const dhere: TfTensor = later === null ? dhs[t] : tf.add(dhs[t], later.dh);
    const dcell = tf.add(later === null ? dcs[t] : tf.add(dcs[t], later.dc), tf.mul(dhere, intos[t]));
    dpre[t] = tf.mul(tf.concat([dcell, dcell, dcell, dhere], 1), scales[t]);
    later = { dh: tf.matMul(dpre[t], weight), dc: tf.mul(dcell, forgets[t]) };
  }
  const dgx = tf.stack(dpre, 1);
  const dweight = weightGradient(context, dgx, statesBefore(context, h, h0));
  return [dgx, dweight, ...(h0 === undefined || later === null ? [] : [later.dh, later.dc])];
}
