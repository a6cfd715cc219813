// diagonalScan and its gradient on the tensorflow device: step by step over all samples, channels and modes at once. Memory of states is that of a
// basic-op form there; other devices never store them.
import { itemAt } from '../../core/item.ts';
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';
import { CHUNK, type DiagonalAttrs, type DiagonalGradAttrs } from './sizes.ts';

interface Pair {
  readonly re: TfTensor;
  readonly im: TfTensor;
}

interface Node {
  readonly B: number;
  readonly T: number;
  readonly H: number;
  readonly N: number;
  /** Of each step, [B, H, 1]. */
  readonly u: readonly TfTensor[];
  /** [H, N] each, and [H, 1]. */
  readonly a: Pair;
  readonly into: Pair;
  readonly out: Pair;
  readonly skip: TfTensor;
}

function nodeOf({ tf }: TfContext, u: TfTensor, system: TfTensor): Node {
  const [B = 1, T = 1, H = 1] = u.shape;
  const N = ((system.shape[1] ?? 7) - 1) / 6;
  const parts = tf.split(system, [N, N, N, N, N, N, 1], 1);
  const pair = (first: number): Pair => ({ re: itemAt(parts, first), im: itemAt(parts, first + 1) });
  const steps = tf.unstack(u, 1).map((one) => tf.reshape(one, [B, H, 1]));
  return { B, T, H, N, u: steps, a: pair(0), into: pair(2), out: pair(4), skip: itemAt(parts, 6) };
}

/** States before every step and after the last one, [B, H, N] each. */
function statesOf({ tf }: TfContext, { u, a, into }: Node, start: Pair): readonly Pair[] {
  const states = [start];
  for (const [t, input] of u.entries()) {
    const { re, im } = itemAt(states, t);
    states.push({
      re: tf.add(tf.sub(tf.mul(a.re, re), tf.mul(a.im, im)), tf.mul(into.re, input)),
      im: tf.add(tf.add(tf.mul(a.re, im), tf.mul(a.im, re)), tf.mul(into.im, input)),
    });
  }
  return states;
}

/** [B, 2, H, N], or zeros, as a pair. */
function pairOf({ tf }: TfContext, both: TfTensor | undefined, { B, H, N }: Node): Pair {
  if (both === undefined) return { re: tf.fill([B, H, N], 0, 'float32'), im: tf.fill([B, H, N], 0, 'float32') };
  const [re, im] = tf.unstack(both, 1);
  return { re: re ?? both, im: im ?? both };
}

const joined = ({ tf }: TfContext, { re, im }: Pair): TfTensor => tf.stack([re, im], 1);

export const diagonalScanTfjs: TfKernel<DiagonalAttrs> = (context, [u, system, h0]) => {
  const { tf } = context;
  const node = nodeOf(context, u, system);
  const { B, T, H, out, skip } = node;
  const states = statesOf(context, node, pairOf(context, h0, node));
  const y = node.u.map((input, t) => {
    const { re, im } = itemAt(states, t + 1);
    const read = tf.sum(tf.sub(tf.mul(out.re, re), tf.mul(out.im, im)), 2);
    return tf.add(read, tf.reshape(tf.mul(skip, input), [B, H]));
  });
  const kept = states.filter((_, t) => t < T && t % CHUNK === 0).map(({ re, im }) => tf.concat([re, im], 2));
  return [tf.stack(y, 1), joined(context, itemAt(states, T)), tf.transpose(tf.stack(kept, 1), [0, 1, 3, 2])];
};

export const diagonalScanGradTfjs: TfKernel<DiagonalGradAttrs> = (
  context,
  [u, system, kept, dy, dfinal],
  { initial },
) => {
  const { tf } = context;
  const node = nodeOf(context, u, system);
  const { B, T, H, N, a, into, out, skip } = node;
  const first = tf.transpose(tf.reshape(tf.slice(kept, [0, 0, 0, 0], [B, 1, 2 * N, H]), [B, 2 * N, H]), [0, 2, 1]);
  const [re0, im0] = tf.split(first, [N, N], 2);
  const states = statesOf(context, node, { re: re0 ?? first, im: im0 ?? first });
  const arriving = tf.unstack(dy, 1).map((one) => tf.reshape(one, [B, H, 1]));
  let later = pairOf(context, dfinal, node);
  const zero = (width: number): TfTensor => tf.fill([B, H, width], 0, 'float32');
  let sums = [N, N, N, N, N, N, 1].map(zero);
  const du: TfTensor[] = [];
  for (let t = T - 1; t >= 0; t--) {
    const [q, input] = [itemAt(arriving, t), itemAt(node.u, t)];
    const [before, after] = [itemAt(states, t), itemAt(states, t + 1)];
    const g = { re: tf.add(later.re, tf.mul(q, out.re)), im: tf.sub(later.im, tf.mul(q, out.im)) };
    const parts = [
      tf.add(tf.mul(g.re, before.re), tf.mul(g.im, before.im)),
      tf.sub(tf.mul(g.im, before.re), tf.mul(g.re, before.im)),
      ...[tf.mul(g.re, input), tf.mul(g.im, input)],
      ...[tf.mul(q, after.re), tf.neg(tf.mul(q, after.im)), tf.mul(q, input)],
    ];
    sums = sums.map((sum, i) => tf.add(sum, itemAt(parts, i)));
    const ofInput = tf.sum(tf.add(tf.mul(g.re, into.re), tf.mul(g.im, into.im)), 2);
    du.unshift(tf.add(ofInput, tf.reshape(tf.mul(skip, q), [B, H])));
    later = {
      re: tf.add(tf.mul(a.re, g.re), tf.mul(a.im, g.im)),
      im: tf.sub(tf.mul(a.re, g.im), tf.mul(a.im, g.re)),
    };
  }
  return [tf.stack(du, 1), tf.concat(sums, 2), ...(initial ? [joined(context, later)] : [])];
};
