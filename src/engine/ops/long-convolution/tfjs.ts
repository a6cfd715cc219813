// longConvolution and its gradient on the tensorflow device: for each channel a product with the matrix M[s, t] = kernel_(t - s), which rows of the
// kernel and zeros become when they are read one element short. A few channels at a time, so that matrices stay small.
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';
import { longSizes, type LongConvolutionAttrs, type LongSizes } from './sizes.ts';

/** Numbers of all matrices together, at most (one matrix at least). */
const ROOM = 2 ** 23;

/** Channels [C, B, rows] of x [B, rows, C]. */
const byChannel = ({ tf }: TfContext, x: TfTensor): TfTensor => tf.transpose(x, [2, 0, 1]);

/** M of some channels: kernel [C, taps] -> [C, S, S], M[s, t] = kernel_(t - s), 0 below the diagonal. */
function matrices({ tf }: TfContext, kernel: TfTensor, { S, taps }: LongSizes): TfTensor {
  const [C] = kernel.shape;
  const row = tf.pad(kernel, [
    [0, 0],
    [0, 2 * S - taps],
  ]);
  const rows = tf.reshape(tf.broadcastTo(tf.reshape(row, [C, 1, 2 * S]), [C, S, 2 * S]), [C, 2 * S * S]);
  const short = tf.reshape(tf.slice(rows, [0, 0], [C, S * (2 * S - 1)]), [C, S, 2 * S - 1]);
  return tf.slice(short, [0, 0, 0], [C, S, S]);
}

/** Sums along the diagonals of [C, S, S]: the way back of `matrices`, [C, taps]. */
function diagonals({ tf }: TfContext, found: TfTensor, { S, taps }: LongSizes): TfTensor {
  const [C] = found.shape;
  const none = [0, 0] as const;
  const short = tf.reshape(tf.pad(found, [none, none, [0, S - 1]]), [C, S * (2 * S - 1)]);
  const rows = tf.reshape(tf.pad(short, [none, [0, S]]), [C, S, 2 * S]);
  return tf.slice(tf.sum(rows, 1), [0, 0], [C, taps]);
}

const channels = ({ tf }: TfContext, x: TfTensor, from: number, count: number): TfTensor =>
  tf.slice(x, [from, ...x.shape.slice(1).map(() => 0)], [count, ...x.shape.slice(1)]);

/** Results of some channels at a time, joined. */
function inParts(
  context: TfContext,
  { C, S }: LongSizes,
  of: (from: number, count: number) => readonly TfTensor[],
): readonly TfTensor[] {
  const step = Math.max(1, Math.floor(ROOM / (2 * S * S)));
  const parts: (readonly TfTensor[])[] = [];
  for (let from = 0; from < C; from += step) parts.push(of(from, Math.min(step, C - from)));
  const [first = []] = parts;
  return first.map((_, i) =>
    context.tf.concat(
      parts.map((part) => part[i]),
      0,
    ),
  );
}

interface Prepared {
  readonly sizes: LongSizes;
  readonly u: TfTensor;
  readonly taps: TfTensor;
}

function prepare(c: TfContext, x: TfTensor, kernel: TfTensor, attrs: LongConvolutionAttrs): Prepared {
  const type = ({ shape }: TfTensor) => ({ shape, dtype: 'f32' }) as const;
  const sizes = longSizes(type(x), type(kernel), attrs);
  const taps = c.tf.transpose(c.tf.slice(kernel, [0, 0], [sizes.taps, sizes.C]), [1, 0]);
  return { sizes, u: byChannel(c, x), taps };
}

/** The columns of M that the result has: the last ones, or the first ones of its transposition. */
const columnsOf = ({ S, T }: LongSizes, backwards: boolean): number => (backwards ? 0 : S - T);

export const longConvolutionTfjs: TfKernel<LongConvolutionAttrs> = (c, [x, kernel], attrs) => {
  const { tf } = c;
  const { sizes, u, taps } = prepare(c, x, kernel, attrs);
  const { B, T } = sizes;
  const [y] = inParts(c, sizes, (from, count) => {
    const all = tf.matMul(
      channels(c, u, from, count),
      matrices(c, channels(c, taps, from, count), sizes),
      false,
      attrs.backwards,
    );
    return [tf.slice(all, [0, 0, columnsOf(sizes, attrs.backwards)], [count, B, T])];
  });
  return [tf.transpose(y, [1, 2, 0])];
};

export const longConvolutionGradTfjs: TfKernel<LongConvolutionAttrs> = (c, [x, kernel, dy], attrs) => {
  const { tf } = c;
  const { backwards } = attrs;
  const { sizes, u, taps } = prepare(c, x, kernel, attrs);
  const { S, T, K } = sizes;
  const before = columnsOf(sizes, backwards);
  const none = [0, 0] as const;
  const given = tf.pad(byChannel(c, dy), [none, none, [before, S - T - before]]);
  const [du, dtaps] = inParts(c, sizes, (from, count) => {
    const [one, other] = [channels(c, u, from, count), channels(c, given, from, count)];
    const matrix = matrices(c, channels(c, taps, from, count), sizes);
    const found = backwards ? tf.matMul(other, one, true, false) : tf.matMul(one, other, true, false);
    return [tf.matMul(other, matrix, false, !backwards), diagonals(c, found, sizes)];
  });
  const dkernel = tf.pad(tf.transpose(dtaps, [1, 0]), [[0, K - sizes.taps], none]);
  return [tf.transpose(du, [1, 2, 0]), dkernel];
};
