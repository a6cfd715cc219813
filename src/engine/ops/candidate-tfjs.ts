// The candidate of minGRU and minLSTM on the tensorflow device, for any input including the kink at 0.
import type { Candidate } from './kinds.ts';
import { sigmoidSlope } from './recurrent-tfjs.ts';
import type { TfContext, TfTensor } from './tfjs-kernel.ts';

type Formula = (c: TfContext, x: TfTensor) => TfTensor;

/** g(x) = x + 0.5 for x >= 0, else sigmoid(x). */
export const positiveTfjs: Formula = ({ tf, scalar }, x) =>
  tf.where(tf.greaterEqual(x, scalar(0)), tf.add(x, scalar(0.5)), tf.sigmoid(x));

/** g'(x): 1 for x >= 0. */
export const positiveSlopeTfjs: Formula = (c, x) => {
  const { tf, scalar } = c;
  return tf.where(tf.greaterEqual(x, scalar(0)), scalar(1), sigmoidSlope(c, tf.sigmoid(x)));
};

/** cand(x), and its derivative times what arrives. */
export const candidatesTfjs: Readonly<
  Record<
    Candidate,
    { readonly value: Formula; readonly back: (c: TfContext, x: TfTensor, arriving: TfTensor) => TfTensor }
  >
> = {
  identity: { value: (_c, x) => x, back: (_c, _x, arriving) => arriving },
  g: { value: positiveTfjs, back: (c, x, arriving) => c.tf.mul(arriving, positiveSlopeTfjs(c, x)) },
};
