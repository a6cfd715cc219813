// selectiveScan and its gradient on the tensorflow device: step by step over all samples, channels and numbers at once. Memory of states is that of
// a basic-op form there; other devices never store them.
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';
import { CHUNK, type SelectiveAttrs, type SelectiveGradAttrs } from './sizes.ts';

interface Node {
  readonly B: number;
  readonly T: number;
  readonly D: number;
  readonly N: number;
  /** Of step t: u and dt [B, D, 1], B and C [B, 1, N]. */
  readonly u: readonly TfTensor[];
  readonly dt: readonly TfTensor[];
  readonly b: readonly TfTensor[];
  readonly c: readonly TfTensor[];
  /** [D, N], and [D, 1]. */
  readonly rates: TfTensor;
  readonly skip: TfTensor;
}

function nodeOf({ tf }: TfContext, x: TfTensor, bc: TfTensor, system: TfTensor): Node {
  const [B = 1, T = 1, both = 2] = x.shape;
  const [D, N] = [both / 2, (bc.shape[2] ?? 2) / 2];
  const columns = (whole: TfTensor, size: number, shape: readonly number[]): readonly (readonly TfTensor[])[] =>
    tf.split(whole, [size, size], 2).map((part) => tf.unstack(part, 1).map((one) => tf.reshape(one, shape)));
  const [u = [], dt = []] = columns(x, D, [B, D, 1]);
  const [b = [], c = []] = columns(bc, N, [B, 1, N]);
  const [rates, skip] = tf.split(system, [N, 1], 1);
  return { B, T, D, N, u, dt, b, c, rates: rates ?? system, skip: skip ?? system };
}

interface Run {
  /** [B, D, N] before every step and after the last one. */
  readonly states: readonly TfTensor[];
  readonly decays: readonly TfTensor[];
}

const at = <T>(list: readonly T[], t: number): T => {
  const found = list[t];
  if (found === undefined) throw new Error(`selectiveScan: step ${t} is required, got ${list.length} steps`);
  return found;
};

function run({ tf }: TfContext, { T, u, dt, b, rates }: Node, start: TfTensor): Run {
  const states = [start];
  const decays: TfTensor[] = [];
  for (let t = 0; t < T; t++) {
    const decay = tf.exp(tf.mul(at(dt, t), rates));
    decays.push(decay);
    states.push(tf.add(tf.mul(decay, at(states, t)), tf.mul(tf.mul(at(dt, t), at(u, t)), at(b, t))));
  }
  return { states, decays };
}

export const selectiveScanTfjs: TfKernel<SelectiveAttrs> = (context, [x, bc, system, h0]) => {
  const { tf } = context;
  const node = nodeOf(context, x, bc, system);
  const { B, T, D, N, c, u, skip } = node;
  const { states } = run(context, node, h0 ?? tf.fill([B, D, N], 0, 'float32'));
  const y = c.map((read, t) =>
    tf.add(tf.sum(tf.mul(at(states, t + 1), read), 2), tf.reshape(tf.mul(at(u, t), skip), [B, D])),
  );
  const kept = states.filter((_, t) => t < T && t % CHUNK === 0);
  return [tf.stack(y, 1), tf.clone(at(states, T)), tf.transpose(tf.stack(kept, 1), [0, 1, 3, 2])];
};

export const selectiveScanGradTfjs: TfKernel<SelectiveGradAttrs> = (
  context,
  [x, bc, system, kept, dy, dfinal],
  { initial },
) => {
  const { tf } = context;
  const node = nodeOf(context, x, bc, system);
  const { B, T, D, N, u, dt, b, c, rates, skip } = node;
  const start = tf.reshape(tf.slice(kept, [0, 0, 0, 0], [B, 1, N, D]), [B, N, D]);
  const { states, decays } = run(context, node, tf.transpose(start, [0, 2, 1]));
  const arriving = tf.unstack(dy, 1).map((one) => tf.reshape(one, [B, D, 1]));
  let later = dfinal ?? tf.fill([B, D, N], 0, 'float32');
  let [ofRates, ofSkip] = [tf.fill([B, D, N], 0, 'float32'), tf.fill([B, D, 1], 0, 'float32')];
  const [dx, dbc]: [TfTensor[], TfTensor[]] = [[], []];
  for (let t = T - 1; t >= 0; t--) {
    const [q, step, input] = [at(arriving, t), at(dt, t), at(u, t)];
    const g = tf.add(later, tf.mul(q, at(c, t)));
    later = tf.mul(g, at(decays, t));
    const fading = tf.mul(later, at(states, t));
    const taken = tf.sum(tf.mul(g, at(b, t)), 2, true); // [B, D, 1]
    const ddt = tf.add(tf.sum(tf.mul(fading, rates), 2, true), tf.mul(taken, input));
    dx.unshift(tf.reshape(tf.concat([tf.add(tf.mul(step, taken), tf.mul(q, skip)), ddt], 1), [B, 2 * D]));
    const db = tf.sum(tf.mul(g, tf.mul(step, input)), 1);
    dbc.unshift(tf.concat([db, tf.sum(tf.mul(q, at(states, t + 1)), 1)], 1));
    ofRates = tf.add(ofRates, tf.mul(fading, step));
    ofSkip = tf.add(ofSkip, tf.mul(q, input));
  }
  const dsystem = tf.concat([ofRates, ofSkip], 2);
  return [tf.stack(dx, 1), tf.stack(dbc, 1), dsystem, ...(initial ? [tf.clone(later)] : [])];
};
