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
  const largest = tf.max(matrix, 1, true);
  const lse = tf.add(tf.log(tf.sum(tf.exp(tf.sub(matrix, largest)), 1)), tf.reshape(largest, [-1]));
  const score = scoreOfTarget(c, matrix, wanted);
  const expected =
    labelSmoothing === 0
      ? score
      : tf.add(tf.mul(score, scalar(1 - labelSmoothing)), tf.mul(tf.sum(matrix, 1), scalar(labelSmoothing / classes)));
  const valid = tf.greaterEqual(wanted, integer(0));
  const count = tf.sum(tf.cast(valid, 'float32'));
  const total = tf.sum(tf.where(valid, tf.sub(lse, expected), scalar(0)));
  const loss = reduction === 'mean' ? tf.div(total, tf.maximum(count, scalar(1))) : total;
  return [loss, tf.reshape(lse, lseType.shape), count];
};

export const softmaxCrossEntropyGradTfjs: TfKernel<OpAttrs['softmaxCrossEntropyGrad']> = (
  { tf, scalar, integer },
  [logits, targets, lse, count, dloss],
  { labelSmoothing, reduction },
) => {
  const classes = lastOf(logits.shape);
  const wanted = tf.reshape(targets, [-1]);
  const shares = tf.exp(tf.sub(tf.reshape(logits, [-1, classes]), tf.reshape(lse, [-1, 1])));
  const spread = labelSmoothing / classes;
  const ideal = tf.oneHot(wanted, classes, 1 - labelSmoothing + spread, spread, 'float32');
  const scale = reduction === 'mean' ? tf.div(dloss, tf.maximum(count, scalar(1))) : dloss;
  const valid = tf.reshape(tf.greaterEqual(wanted, integer(0)), [-1, 1]);
  const dlogits = tf.where(valid, tf.mul(tf.sub(shares, ideal), scale), scalar(0));
  return [tf.reshape(dlogits, logits.shape)];
};
