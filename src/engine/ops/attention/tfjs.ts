// attention and its gradient on the tensorflow device: a piece of the queries at a time over all keys that it may see, so that scores take
// memory for a piece only.
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';
import { attentionSizes, type AttentionAttrs, type AttentionSizes } from './sizes.ts';

/** Queries of a piece. */
const PIECE = 256;
/** A score that no query has. */
const NEVER = -1e30;

/** Columns [start, start + heads width) of x [B, R, …] as [B heads, R, width]. */
function headsOf({ tf }: TfContext, x: TfTensor, start: number, heads: number, width: number): TfTensor {
  const [batch, rows] = x.shape;
  const columns = tf.reshape(tf.slice(x, [0, 0, start], [batch, rows, heads * width]), [batch, rows, heads, width]);
  return tf.reshape(tf.transpose(columns, [0, 2, 1, 3]), [batch * heads, rows, width]);
}

/** [B heads, R, width] as [B, R, heads width]. */
function joined({ tf }: TfContext, x: TfTensor, heads: number): TfTensor {
  const [all, rows, width] = x.shape;
  const apart = tf.transpose(tf.reshape(x, [all / heads, heads, rows, width]), [0, 2, 1, 3]);
  return tf.reshape(apart, [all / heads, rows, heads * width]);
}

interface Sides {
  readonly sizes: AttentionSizes;
  /** [B heads, T, dk], [B heads, P + T, dk], [B heads, P + T, dv]. */
  readonly q: TfTensor;
  readonly k: TfTensor;
  readonly v: TfTensor;
  /** [B heads, 1, P + T]: how full the rows are; null = all full. */
  readonly fill: TfTensor | null;
}

function sidesOf(c: TfContext, [qkv, past, filled]: readonly (TfTensor | undefined)[], attrs: AttentionAttrs): Sides {
  const { tf } = c;
  if (qkv === undefined) throw new Error('attention: qkv is required, got none');
  const typeOf = ({ shape }: TfTensor) => ({ shape, dtype: 'f32' as const });
  const sizes = attentionSizes(typeOf(qkv), past && typeOf(past), attrs);
  const { B, T, P, heads, keyWidth: dk, valueWidth: dv } = sizes;
  const q = tf.mul(headsOf(c, qkv, 0, heads, dk), c.scalar(attrs.scale));
  const [k, v] = [headsOf(c, qkv, heads * dk, heads, dk), headsOf(c, qkv, 2 * heads * dk, heads, dv)];
  if (past === undefined || filled === undefined) return { sizes, q, k, v, fill: null };
  const before = [headsOf(c, past, 0, heads, dk), headsOf(c, past, heads * dk, heads, dv)];
  const wide = tf.reshape(tf.broadcastTo(tf.reshape(filled, [B, 1, P]), [B, heads, P]), [B * heads, 1, P]);
  return {
    sizes,
    q,
    k: tf.concat([before[0], k], 1),
    v: tf.concat([before[1], v], 1),
    fill: tf.concat([wide, tf.fill([B * heads, 1, T], 1, 'float32')], 2),
  };
}

interface Piece {
  readonly t: number;
  readonly count: number;
  /** First key that one of its queries sees, and how many follow. */
  readonly from: number;
  readonly keys: number;
}

const piecesOf = ({ T, P }: AttentionSizes): readonly Piece[] =>
  Array.from({ length: Math.ceil(T / PIECE) }, (_, i) => {
    const t = i * PIECE;
    const count = Math.min(PIECE, T - t);
    const from = P > 0 ? t + 1 : 0;
    return { t, count, from, keys: P + t + count - from };
  });

/** Rows [from, from + count) of x [.., R, width]. */
const rowsOf = ({ tf }: TfContext, x: TfTensor, from: number, count: number): TfTensor =>
  tf.slice(x, [0, from, 0], [x.shape[0], count, x.shape[2]]);

/** Of a piece, [1, count, keys]: `sees` where a query sees a key, `hides` elsewhere. */
function maskOf(
  { tf }: TfContext,
  { P }: AttentionSizes,
  { t, count, from, keys }: Piece,
  sees: number,
  hides: number,
): TfTensor {
  const mask = new Float32Array(count * keys);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < keys; j++) {
      const key = from + j;
      mask[i * keys + j] = key <= P + t + i && (P === 0 || key > t + i) ? sees : hides;
    }
  }
  return tf.tensor(mask, [1, count, keys], 'float32');
}

/** How often each key counts for each query, [B heads or 1, count, keys]. */
function countsOf(c: TfContext, { sizes, fill }: Sides, piece: Piece): TfTensor {
  const seen = maskOf(c, sizes, piece, 1, 0);
  return fill === null ? seen : c.tf.mul(seen, c.tf.slice(fill, [0, 0, piece.from], [fill.shape[0], 1, piece.keys]));
}

/** Scores [B heads, count, keys]. */
const plainScores = (c: TfContext, { q, k }: Sides, { t, count, from, keys }: Piece): TfTensor =>
  c.tf.matMul(rowsOf(c, q, t, count), rowsOf(c, k, from, keys), false, true);

/** Scores and logarithms of counts; what a query does not see is far below all others. */
function biasedScores(c: TfContext, sides: Sides, piece: Piece): TfTensor {
  const { tf } = c;
  const counts = countsOf(c, sides, piece);
  const some = tf.greater(counts, c.scalar(0));
  const ones = tf.fill(counts.shape, 1, 'float32');
  const logs = tf.where(some, tf.log(tf.where(some, counts, ones)), tf.fill(counts.shape, NEVER, 'float32'));
  return tf.add(plainScores(c, sides, piece), logs);
}

/** Weights of values, to be multiplied by `factor`, and what the backward pass keeps of them: lse or 1 / n. */
function weightsOf(c: TfContext, sides: Sides, piece: Piece, { shares }: AttentionAttrs) {
  const { tf } = c;
  if (shares === 'squaredRelu') {
    const counts = countsOf(c, sides, piece);
    const factor = tf.reciprocal(tf.sum(counts, 2, true));
    return { weights: tf.mul(tf.square(tf.relu(plainScores(c, sides, piece))), counts), factor, kept: factor };
  }
  const scores = biasedScores(c, sides, piece);
  const most = tf.max(scores, 2, true);
  const weights = tf.exp(tf.sub(scores, most));
  const total = tf.sum(weights, 2, true);
  return { weights, factor: tf.reciprocal(total), kept: tf.add(most, tf.log(total)) };
}

export const attentionTfjs: TfKernel<AttentionAttrs> = (c, inputs, attrs) => {
  const { tf } = c;
  const sides = sidesOf(c, inputs, attrs);
  const { B, T, heads } = sides.sizes;
  const results = piecesOf(sides.sizes).map((piece) => {
    const { weights, factor, kept } = weightsOf(c, sides, piece, attrs);
    const o = tf.mul(tf.matMul(weights, rowsOf(c, sides.v, piece.from, piece.keys)), factor);
    const all = tf.broadcastTo(kept, [B * heads, piece.count, 1]);
    return { o, lse: all };
  });
  const over = (name: 'o' | 'lse'): TfTensor =>
    tf.concat(
      results.map((result) => result[name]),
      1,
    );
  return [joined(c, over('o'), heads), tf.reshape(joined(c, over('lse'), heads), [B, T, heads])];
};

interface PieceGradients {
  readonly dq: TfTensor;
  /** Of all keys and values, 0 where the piece does not see them. */
  readonly dk: TfTensor;
  readonly dv: TfTensor;
}

/** Shares again, and the gradients of scores from those of shares. */
function backShares(
  c: TfContext,
  sides: Sides,
  piece: Piece,
  { shares }: AttentionAttrs,
  kept: TfTensor,
  { slopes, delta }: { readonly slopes: TfTensor; readonly delta: TfTensor },
) {
  const { tf } = c;
  if (shares === 'softmax') {
    const found = tf.exp(tf.sub(biasedScores(c, sides, piece), kept));
    return { shares: found, dscores: tf.mul(found, tf.sub(slopes, delta)) };
  }
  const above = tf.relu(plainScores(c, sides, piece));
  const part = tf.mul(tf.mul(above, countsOf(c, sides, piece)), kept);
  return { shares: tf.mul(part, above), dscores: tf.mul(tf.mul(part, c.scalar(2)), slopes) };
}

export const attentionGradTfjs: TfKernel<AttentionAttrs> = (c, [qkv, o, lse, dout, past, filled], attrs) => {
  const { tf } = c;
  const sides = sidesOf(c, [qkv, past, filled], attrs);
  const { P, T, heads, valueWidth } = sides.sizes;
  const [out, g] = [o, dout].map((x) => headsOf(c, x, 0, heads, valueWidth));
  const whole = headsOf(c, lse, 0, heads, 1);
  const delta = tf.sum(tf.mul(out, g), 2, true);
  const spread = (x: TfTensor, { from, keys }: Piece): TfTensor =>
    tf.pad(x, [
      [0, 0],
      [from, P + T - from - keys],
      [0, 0],
    ]);
  const parts = piecesOf(sides.sizes).map((piece): PieceGradients => {
    const { t, count, from, keys } = piece;
    const mine = rowsOf(c, g, t, count);
    const slopes = tf.matMul(mine, rowsOf(c, sides.v, from, keys), false, true);
    const kept = rowsOf(c, whole, t, count);
    const { shares, dscores } = backShares(c, sides, piece, attrs, kept, { slopes, delta: rowsOf(c, delta, t, count) });
    return {
      dq: tf.mul(tf.matMul(dscores, rowsOf(c, sides.k, from, keys)), c.scalar(attrs.scale)),
      dk: spread(tf.matMul(dscores, rowsOf(c, sides.q, t, count), true, false), piece),
      dv: spread(tf.matMul(shares, mine, true, false), piece),
    };
  });
  const sum = (name: 'dk' | 'dv'): TfTensor => parts.map((part) => part[name]).reduce((a, b) => tf.add(a, b));
  const dq = tf.concat(
    parts.map((part) => part.dq),
    1,
  );
  const [dk, dv] = [sum('dk'), sum('dv')];
  const columns = (from: number, count: number): TfTensor[] =>
    [dk, dv].map((x) => joined(c, rowsOf(c, x, from, count), heads));
  const dqkv = tf.concat([joined(c, dq, heads), ...columns(P, T)], 2);
  return past === undefined ? [dqkv] : [dqkv, tf.concat(columns(0, P), 2)];
};
