// gru and gruGrad on the tensorflow device: a loop over T of one product [B, H] [H, 3H] a step.
import type { OpAttrs } from '../kinds.ts';
import { oneMinus, sigmoidSlope, statesBefore, tanhSlope, weightGradient } from '../recurrent-tfjs.ts';
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';

interface GruStep {
  readonly h: TfTensor;
  /** [r | z] [B, 2H]. */
  readonly rz: TfTensor;
  readonly n: TfTensor;
  /** W_hn h + b_hn. */
  readonly inner: TfTensor;
}

function gruStep({ tf }: TfContext, gx: readonly [TfTensor, TfTensor], gh: TfTensor, h: TfTensor): GruStep {
  const width = h.shape[1];
  const [hiddenGates, inner] = tf.split(gh, [2 * width, width], 1);
  const rz = tf.sigmoid(tf.add(gx[0], hiddenGates));
  const [r, z] = tf.split(rz, [width, width], 1);
  const n = tf.tanh(tf.add(gx[1], tf.mul(r, inner)));
  return { h: tf.add(n, tf.mul(z, tf.sub(h, n))), rz, n, inner };
}

export const gruTfjs: TfKernel<OpAttrs['gru']> = (c, [gx, weight, bias, h0], _attrs, [{ shape }]) => {
  const { tf } = c;
  const [batch, , width] = shape;
  const [gates, content] = tf.split(gx, [2 * width, width], 2).map((part) => tf.unstack(part, 1));
  const transposed = tf.transpose(weight); // [H, 3H]
  let h = h0 ?? tf.fill([batch, width], 0, 'float32');
  const steps = gates.map((gate, t) => {
    const step = gruStep(c, [gate, content[t]], tf.add(tf.matMul(h, transposed), bias), h);
    h = step.h;
    return step;
  });
  const over = (name: keyof GruStep): TfTensor =>
    tf.stack(
      steps.map((step) => step[name]),
      1,
    );
  return [over('h'), tf.concat([over('rz'), over('n'), over('inner')], 2)];
};

/** What arrives at each step, and dhidden = [dr | dz | dn r] of each step. */
function arrivals(
  c: TfContext,
  [weight, dh]: readonly [TfTensor, TfTensor],
  hidden: TfTensor,
  z: TfTensor,
): { readonly arriving: TfTensor; readonly dhidden: TfTensor; readonly first: TfTensor } {
  const { tf } = c;
  const factors = tf.unstack(hidden, 1);
  const kept = tf.unstack(z, 1);
  const arriving = tf.unstack(dh, 1);
  const dhidden: TfTensor[] = [];
  let later: TfTensor | null = null;
  for (let t = arriving.length - 1; t >= 0; t--) {
    if (later !== null) arriving[t] = tf.add(arriving[t], later);
    dhidden[t] = tf.mul(tf.concat([arriving[t], arriving[t], arriving[t]], 1), factors[t]);
    later = tf.add(tf.mul(arriving[t], kept[t]), tf.matMul(dhidden[t], weight));
  }
  return { arriving: tf.stack(arriving, 1), dhidden: tf.stack(dhidden, 1), first: later ?? dh };
}

/** Every gradient is what arrives at h_t times a factor that does not depend on later steps. */
export const gruGradTfjs: TfKernel<OpAttrs['gruGrad']> = (c, [weight, h, gates, dh, h0]) => {
  const { tf } = c;
  const width = h.shape[2];
  const before = statesBefore(c, h, h0);
  const [r, z, n, inner] = tf.split(gates, [width, width, width, width], 2);
  const dn = tf.mul(oneMinus(c, z), tanhSlope(c, n));
  const dr = tf.mul(tf.mul(dn, inner), sigmoidSlope(c, r));
  const dz = tf.mul(tf.sub(before, n), sigmoidSlope(c, z));
  const hidden = tf.concat([dr, dz, tf.mul(dn, r)], 2);
  const { arriving, dhidden, first } = arrivals(c, [weight, dh], hidden, z);
  const dgx = tf.mul(tf.concat([arriving, arriving, arriving], 2), tf.concat([dr, dz, dn], 2));
  const dbias = tf.sum(tf.reshape(dhidden, [-1, 3 * width]), 0);
  return [dgx, weightGradient(c, dhidden, before), dbias, ...(h0 === undefined ? [] : [first])];
};
