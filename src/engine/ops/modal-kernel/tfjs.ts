// modalKernel and its gradient on the tensorflow device: the table of all powers, doubled until it is long enough.
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';
import type { ModalKernelAttrs } from './index.ts';

interface Pair {
  readonly re: TfTensor;
  readonly im: TfTensor;
}

const times = ({ tf }: TfContext, a: Pair, b: Pair): Pair => ({
  re: tf.sub(tf.mul(a.re, b.re), tf.mul(a.im, b.im)),
  im: tf.add(tf.mul(a.re, b.im), tf.mul(a.im, b.re)),
});

/** a^l for l < rows: [rows, C, N] each. */
function powers(c: TfContext, a: Pair, rows: number): Pair {
  const { tf } = c;
  const shape = [1, ...a.re.shape];
  let all: Pair = { re: tf.fill(shape, 1, 'float32'), im: tf.fill(shape, 0, 'float32') };
  let square: Pair = { re: tf.reshape(a.re, shape), im: tf.reshape(a.im, shape) };
  for (let length = 1; length < rows; length *= 2) {
    const more = times(c, all, square);
    all = { re: tf.concat([all.re, more.re], 0), im: tf.concat([all.im, more.im], 0) };
    square = times(c, square, square);
  }
  const cut = (x: TfTensor): TfTensor => tf.slice(x, [0, 0, 0], [rows, ...a.re.shape]);
  return { re: cut(all.re), im: cut(all.im) };
}

export const modalKernelTfjs: TfKernel<ModalKernelAttrs> = (c, [aRe, aIm, cRe, cIm], { rows }) => {
  const { tf } = c;
  const { re, im } = powers(c, { re: aRe, im: aIm }, rows);
  return [tf.sum(tf.sub(tf.mul(re, cRe), tf.mul(im, cIm)), 2)];
};

export const modalKernelGradTfjs: TfKernel<ModalKernelAttrs> = (c, [aRe, aIm, cRe, cIm, dkernel], { rows }) => {
  const { tf } = c;
  const { re, im } = powers(c, { re: aRe, im: aIm }, rows);
  const [C, N] = aRe.shape;
  const d = tf.reshape(dkernel, [rows, C, 1]);
  const over = (x: TfTensor): TfTensor => tf.sum(tf.mul(x, d), 0);
  const dc: Pair = { re: over(re), im: tf.neg(over(im)) };
  if (rows === 1) return [tf.fill([C, N], 0, 'float32'), tf.fill([C, N], 0, 'float32'), dc.re, dc.im];
  // l a^(l - 1), of which there is none for l = 0.
  const counts = tf.reshape(tf.cast(tf.range(1, rows, 1, 'int32'), 'float32'), [rows - 1, 1, 1]);
  const rest = tf.mul(tf.slice(d, [1, 0, 0], [rows - 1, C, 1]), counts);
  const along = (x: TfTensor): TfTensor => tf.sum(tf.mul(tf.slice(x, [0, 0, 0], [rows - 1, C, N]), rest), 0);
  const da = times(c, { re: cRe, im: tf.neg(cIm) }, { re: along(re), im: tf.neg(along(im)) });
  return [da.re, da.im, dc.re, dc.im];
};
