// softmaxCrossEntropy and its gradient on the tensorflow device, by rows of logits.
import { lastOf } from '../../core/tensor.ts';
import type { OpAttrs } from '../kinds.ts';
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';

/** logits [R, V] at the target of each row; of rows without a target, at class 0. */
function scoreOfTarget({ tf, integer }: TfContext, logits: TfTensor, targets: TfTensor): TfTensor {
  const [rows, classes] = logits.shape;
  const starts = tf.mul(tf.range(0, rows, 1, 'int32'), integer(classes));
  return tf.gather(tf.reshape(logits, [-1]), tf.add(starts, tf.maximum(targets, integer(0))));
}

interface Shares {
  /** Largest logit of each row [R, 1]. */
  readonly largest: TfTensor;
  /** e^(x - largest) [R, V]. */
  readonly powers: TfTensor;
}

function sharesOf({ tf }: TfContext, logits: TfTensor): Shares {
  const largest = tf.max(logits, 1, true);
  return { largest, powers: tf.exp(tf.sub(logits, largest)) };
}

/** Log of the sum of exponentials [R]: log1p of all but the one that is 1, which keeps the loss of a confident prediction accurate. */
function logOfSum({ tf, scalar, log1p }: TfContext, logits: TfTensor, { largest, powers }: Shares): TfTensor {
  const tops = tf.equal(logits, largest);
  const others = tf.sum(tf.where(tops, scalar(0), powers), 1);
  return log1p(tf.add(others, tf.sub(tf.sum(tf.cast(tops, 'float32'), 1), scalar(1))));
}

export const softmaxCrossEntropyTfjs: TfKernel<OpAttrs['softmaxCrossEntropy']> = (
  c,
  [logits, targets],
  { labelSmoothing, reduction },
  [, lseType],
) => {
  const { tf, scalar, integer } = c;
  const classes = lastOf(logits.shape);
  const matrix = tf.reshape(logits, [-1, classes]);
  const wanted = tf.reshape(targets, [-1]);
  const shares = sharesOf(c, matrix);
  const log = logOfSum(c, matrix, shares);
  const largest = tf.reshape(shares.largest, [-1]);
  const missed = (score: TfTensor): TfTensor => tf.add(log, tf.sub(largest, score));
  const sharp = missed(scoreOfTarget(c, matrix, wanted));
  const flat = (): TfTensor => missed(tf.div(tf.sum(matrix, 1), scalar(classes)));
  const losses =
    labelSmoothing === 0
      ? sharp
      : tf.add(tf.mul(scalar(1 - labelSmoothing), sharp), tf.mul(scalar(labelSmoothing), flat()));
  const valid = tf.greaterEqual(wanted, integer(0));
  const count = tf.sum(tf.cast(valid, 'float32'));
  const total = tf.sum(tf.where(valid, losses, scalar(0)));
  const loss = reduction === 'mean' ? tf.div(total, tf.maximum(count, scalar(1))) : total;
  return [loss, tf.reshape(tf.add(largest, log), lseType.shape), count];
};

/** The target's p - 1 is computed from all other classes, so that it does not cancel for a confident prediction. */
export const softmaxCrossEntropyGradTfjs: TfKernel<OpAttrs['softmaxCrossEntropyGrad']> = (
  c,
  [logits, targets, , count, dloss],
  { labelSmoothing, reduction },
) => {
  const { tf, scalar, integer } = c;
  const classes = lastOf(logits.shape);
  const wanted = tf.reshape(targets, [-1, 1]);
  const { powers } = sharesOf(c, tf.reshape(logits, [-1, classes]));
  const hit = tf.equal(wanted, tf.range(0, classes, 1, 'int32')); // [R, V]
  const wrong = tf.sum(tf.where(hit, scalar(0), powers), 1, true);
  const right = tf.sum(tf.where(hit, powers, scalar(0)), 1, true);
  const whole = tf.add(wrong, right);
  const spread = labelSmoothing / classes;
  const atTarget = tf.sub(scalar(labelSmoothing - spread), tf.div(wrong, whole));
  const elsewhere = tf.sub(tf.div(powers, whole), scalar(spread));
  const scale = reduction === 'mean' ? tf.div(dloss, tf.maximum(count, scalar(1))) : dloss;
  const valid = tf.greaterEqual(wanted, integer(0));
  const dlogits = tf.where(valid, tf.mul(tf.where(hit, atTarget, elsewhere), scale), scalar(0));
  return [tf.reshape(dlogits, logits.shape)];
};
