// attentionStep on the tensorflow device: angles and the row to write from the host, which knows the positions; the rest by whole tensors.
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';
import { attentionStepSizes, turnOf, type AttentionStepAttrs, type AttentionStepSizes } from './sizes.ts';

/** A score that no query has. */
const NEVER = -1e30;

/** Queries and keys of qkv [B, N] turned by the position of their sample. */
function turned(
  c: TfContext,
  qkv: TfTensor,
  at: ArrayLike<number>,
  sizes: AttentionStepSizes,
  attrs: AttentionStepAttrs,
): TfTensor {
  const { B, N, heads, keyWidth, pairs } = sizes;
  if (pairs === 0) return qkv;
  const { tf } = c;
  const cosines = new Float32Array(B * N).fill(1);
  const sines = new Float32Array(B * N);
  const partners = new Float32Array(N * N);
  for (let head = 0; head < 2 * heads; head++)
    for (let i = 0; i < pairs; i++) {
      const one = head * keyWidth + 2 * i;
      partners[(one + 1) * N + one] = -1;
      partners[one * N + one + 1] = 1;
      for (let b = 0; b < B; b++) {
        const turn = Math.trunc(at[b]) * turnOf(attrs, i);
        cosines.fill(Math.cos(turn), b * N + one, b * N + one + 2);
        sines.fill(Math.sin(turn), b * N + one, b * N + one + 2);
      }
    }
  const partner = c.product(qkv, tf.tensor(partners, [N, N], 'float32'), false, false);
  const [cos, sin] = [cosines, sines].map((values) => tf.tensor(values, [B, N], 'float32'));
  return tf.add(tf.mul(qkv, cos), tf.mul(partner, sin));
}

/** 1 at the row of this position [B, P, 1], and 0 or NEVER where a row is filled or not [B, 1, P]. */
function rowsAt({ tf }: TfContext, at: ArrayLike<number>, { B, P }: AttentionStepSizes): readonly [TfTensor, TfTensor] {
  const here = new Float32Array(B * P);
  const empty = new Float32Array(B * P);
  for (let b = 0; b < B; b++) {
    const position = Math.trunc(at[b]);
    here[b * P + (position % P)] = 1;
    empty.fill(NEVER, b * P + Math.min(P, position + 1), (b + 1) * P);
  }
  return [tf.tensor(here, [B, P, 1], 'float32'), tf.tensor(empty, [B, 1, P], 'float32')];
}

/** Columns [start, start + heads width) of x [B, R, …] as [B heads, R, width]. */
function headsOf({ tf }: TfContext, x: TfTensor, start: number, heads: number, width: number): TfTensor {
  const [batch, rows] = x.shape;
  const columns = tf.reshape(tf.slice(x, [0, 0, start], [batch, rows, heads * width]), [batch, rows, heads, width]);
  return tf.reshape(tf.transpose(columns, [0, 2, 1, 3]), [batch * heads, rows, width]);
}

export const attentionStepTfjs: TfKernel<AttentionStepAttrs> = (c, [qkv, cache, position], attrs) => {
  const { tf } = c;
  const typeOf = ({ shape }: TfTensor) => ({ shape, dtype: 'f32' as const });
  const sizes = attentionStepSizes(typeOf(qkv), typeOf(cache), attrs);
  const { B, P, N, M, heads, keyWidth: dk, valueWidth: dv } = sizes;
  const at = position.dataSync();
  const x = tf.reshape(turned(c, qkv, at, sizes, attrs), [B, 1, N]);
  const [here, empty] = rowsAt(c, at, sizes);
  const row = tf.slice(x, [0, 0, heads * dk], [B, 1, M]);
  const after = tf.add(tf.mul(cache, tf.sub(c.scalar(1), here)), tf.mul(row, here));
  const q = tf.mul(headsOf(c, x, 0, heads, dk), c.scalar(attrs.scale));
  const wide = tf.reshape(tf.broadcastTo(empty, [B, heads, P]), [B * heads, 1, P]);
  const scores = tf.add(tf.matMul(q, headsOf(c, after, 0, heads, dk), false, true), wide);
  const shares = tf.exp(tf.sub(scores, tf.max(scores, 2, true)));
  const sum = tf.matMul(shares, headsOf(c, after, heads * dk, heads, dv));
  return [tf.reshape(tf.div(sum, tf.sum(shares, 2, true)), [B, heads * dv]), after];
};
