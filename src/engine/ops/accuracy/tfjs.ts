// accuracy on the tensorflow device.
import { lastOf } from '../../core/tensor.ts';
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const accuracyTfjs: TfKernel<OpAttrs['accuracy']> = ({ tf, integer }, [logits, targets]) => {
  const wanted = tf.reshape(targets, [-1]);
  const best = tf.argMax(tf.reshape(logits, [-1, lastOf(logits.shape)]), 1);
  const valid = tf.greaterEqual(wanted, integer(0));
  const hits = tf.equal(best, wanted); // a target of -1 is no class, so it is never hit
  return [tf.stack([tf.sum(tf.cast(hits, 'float32')), tf.sum(tf.cast(valid, 'float32'))], 0)];
};
