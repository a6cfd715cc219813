// reduceSum on the tensorflow device.
import { lastOf } from '../../core/tensor.ts';
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';

export const reduceSumTfjs: TfKernel<OpAttrs['reduceSum']> = ({ tf, scalar }, [x], { over, mean }, [type]) => {
  const matrix = tf.reshape(x, [-1, lastOf(x.shape)]);
  const sum = over === 'all' ? tf.sum(x) : tf.sum(matrix, over === 'rows' ? 0 : 1);
  const shaped = tf.reshape(sum, type.shape);
  return [mean ? tf.div(shaped, scalar(x.size / shaped.size)) : shaped];
};
