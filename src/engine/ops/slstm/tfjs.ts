// slstm and slstmGrad on the tensorflow device: a loop over T of one product for all heads a step, [heads, B, E] [heads, E, 4E].
import type { OpAttrs } from '../kinds.ts';
import { oneMinus, sigmoidSlope, statesBefore, tanhSlope } from '../recurrent-tfjs.ts';
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';
import { nothingYet } from './reference.ts';

interface Sizes {
  readonly B: number;
  readonly T: number;
  readonly N: number;
  readonly E: number;
}

/** x [B, R, N E k] with heads first in its columns as [R, N, B, E k]. */
const byHeads = ({ tf }: TfContext, x: TfTensor, { B, N }: Sizes): TfTensor => {
  const [, rows, columns] = x.shape;
  return tf.transpose(tf.reshape(x, [B, rows, N, columns / N]), [1, 2, 0, 3]);
};

/** Back again. */
const joined = ({ tf }: TfContext, x: TfTensor): TfTensor => {
  const [rows, N, B, columns] = x.shape;
  return tf.reshape(tf.transpose(x, [2, 0, 1, 3]), [B, rows, N * columns]);
};

/** Mean and weight of cells [B, R, 2H], by heads. */
function cellsByHeads(c: TfContext, cells: TfTensor, sizes: Sizes): readonly TfTensor[] {
  const H = sizes.N * sizes.E;
  return c.tf.split(cells, [H, H], 2).map((part) => byHeads(c, part, sizes));
}

/** Cells [B, R, 2H] from both, by heads. */
const joinedCells = (c: TfContext, mean: TfTensor, weight: TfTensor): TfTensor =>
  c.tf.concat([joined(c, mean), joined(c, weight)], 2);

const row = ({ tf }: TfContext, x: TfTensor): TfTensor => tf.reshape(x, [x.shape[0], 1, x.shape[1]]);

interface Carried {
  readonly h: TfTensor;
  readonly mean: TfTensor;
  readonly weight: TfTensor;
}

interface Step extends Carried {
  readonly gates: TfTensor;
}

/** log(1 + e^-|x|). */
const beyond = ({ tf, log1p }: TfContext, x: TfTensor): TfTensor => log1p(tf.exp(tf.neg(tf.abs(x))));

function stepOf(c: TfContext, pre: TfTensor, { mean, weight }: Carried): Step {
  const { tf, scalar } = c;
  const E = mean.shape[2];
  const [key, f, content, output] = tf.split(pre, [E, E, E, E], 2);
  const old = tf.sub(tf.add(weight, tf.minimum(f, scalar(0))), beyond(c, f));
  const apart = tf.sub(key, old);
  const [share, z, o] = [tf.sigmoid(apart), tf.tanh(content), tf.sigmoid(output)];
  const next = tf.add(mean, tf.mul(share, tf.sub(z, mean)));
  return {
    h: tf.mul(o, next),
    mean: next,
    weight: tf.add(tf.maximum(key, old), beyond(c, apart)),
    gates: tf.concat([share, tf.sigmoid(f), z, o], 2),
  };
}

function startOf(c: TfContext, sizes: Sizes, h0: TfTensor | undefined, cells0: TfTensor | undefined): Carried {
  const { tf } = c;
  const { B, N, E } = sizes;
  const filled = (value: number): TfTensor => tf.fill([N, B, E], value, 'float32');
  if (h0 === undefined || cells0 === undefined) return { h: filled(0), mean: filled(0), weight: filled(nothingYet) };
  const [mean, weight] = cellsByHeads(c, row(c, cells0), sizes);
  const flat = (x: TfTensor): TfTensor => tf.reshape(x, [N, B, E]);
  return { h: flat(byHeads(c, row(c, h0), sizes)), mean: flat(mean), weight: flat(weight) };
}

function sizesOf({ shape: [B, T] }: TfTensor, { shape: [N, , E] }: TfTensor): Sizes {
  return { B, T, N, E };
}

export const slstmTfjs: TfKernel<OpAttrs['slstm']> = (c, [gx, weight, h0, cells0]) => {
  const { tf } = c;
  const sizes = sizesOf(gx, weight);
  let carried = startOf(c, sizes, h0, cells0);
  const steps = tf.unstack(byHeads(c, gx, sizes), 0).map((input) => {
    const step = stepOf(c, tf.add(input, tf.matMul(carried.h, weight, false, true)), carried);
    carried = step;
    return step;
  });
  const over = (name: keyof Step): TfTensor =>
    tf.stack(
      steps.map((step) => step[name]),
      0,
    );
  return [joined(c, over('h')), joinedCells(c, over('mean'), over('weight')), joined(c, over('gates'))];
};

interface Later {
  readonly dh: TfTensor;
  readonly dmean: TfTensor;
  readonly dweight: TfTensor;
}

/** Gradients of the pre-activations of a step, and of what comes before it. */
function backStep(
  c: TfContext,
  { gates, mean, before }: { readonly gates: TfTensor; readonly mean: TfTensor; readonly before: TfTensor },
  { dh, dmean, dweight }: Later,
): { readonly dpre: TfTensor; readonly dmean: TfTensor; readonly dweight: TfTensor } {
  const { tf } = c;
  const E = mean.shape[2];
  const [share, f, z, o] = tf.split(gates, [E, E, E, E], 2);
  const rest = oneMinus(c, share);
  const atMean = tf.add(dmean, tf.mul(dh, o));
  const dapart = tf.mul(tf.mul(atMean, tf.sub(z, before)), sigmoidSlope(c, share));
  const dold = tf.sub(tf.mul(dweight, rest), dapart);
  const parts = [
    tf.add(dapart, tf.mul(dweight, share)),
    tf.mul(dold, oneMinus(c, f)),
    tf.mul(tf.mul(atMean, share), tanhSlope(c, z)),
    tf.mul(tf.mul(dh, mean), sigmoidSlope(c, o)),
  ];
  return { dpre: tf.concat(parts, 2), dmean: tf.mul(atMean, rest), dweight: dold };
}

export const slstmGradTfjs: TfKernel<OpAttrs['slstmGrad']> = (c, inputs, { initial }) => {
  const { tf } = c;
  const [weight, h, cells, gates, dh, dcells, h0, cells0] = inputs;
  const sizes = sizesOf(h, weight);
  const { B, N, E } = sizes;
  const steps = (x: TfTensor): TfTensor[] => tf.unstack(x, 0);
  const [means] = cellsByHeads(c, cells, sizes);
  const [befores] = cellsByHeads(c, statesBefore(c, cells, cells0), sizes);
  const [dmeans, dweights] = cellsByHeads(c, dcells, sizes).map(steps);
  const [all, mean, before, dhs] = [byHeads(c, gates, sizes), means, befores, byHeads(c, dh, sizes)].map(steps);
  const zeros = tf.fill([N, B, E], 0, 'float32');
  let later: Later = { dh: zeros, dmean: zeros, dweight: zeros };
  const dpre: TfTensor[] = [];
  for (let t = dhs.length - 1; t >= 0; t--) {
    const arriving = {
      dh: tf.add(dhs[t], later.dh),
      dmean: tf.add(dmeans[t], later.dmean),
      dweight: tf.add(dweights[t], later.dweight),
    };
    const found = backStep(c, { gates: all[t], mean: mean[t], before: before[t] }, arriving);
    dpre[t] = found.dpre;
    later = { dh: tf.matMul(found.dpre, weight), dmean: found.dmean, dweight: found.dweight };
  }
  const back = tf.stack(dpre, 0);
  const flat = (x: TfTensor): TfTensor => tf.reshape(tf.transpose(x, [1, 0, 2, 3]), [N, -1, x.shape[3]]);
  const states = byHeads(c, statesBefore(c, h, h0), sizes);
  const dweight = tf.matMul(flat(back), flat(states), true, false);
  if (!initial) return [joined(c, back), dweight];
  const one = (x: TfTensor): TfTensor => tf.reshape(x, [1, N, B, E]);
  const dcells0 = tf.reshape(joinedCells(c, one(later.dmean), one(later.dweight)), [B, 2 * N * E]);
  return [joined(c, back), dweight, tf.reshape(joined(c, one(later.dh)), [B, N * E]), dcells0];
};
