// dropout on the tensorflow device. The mask is drawn on the host: Philox needs exact integers of 32 bits, which TensorFlow.js lacks.
import { philox4x32 } from '../../core/philox.ts';
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';
import { dropoutThreshold } from './index.ts';

/** 1 where an element is kept: bit by bit the mask of the definition. */
function maskOf(size: number, counter: ArrayLike<number>, { rate, stream }: OpAttrs['dropout']): Uint8Array {
  const threshold = dropoutThreshold(rate);
  const mask = new Uint8Array(size);
  const words = new Uint32Array(4);
  const key = (stream ^ counter[1]) >>> 0;
  for (let first = 0; first < size; first += 4) {
    words[0] = first / 4;
    words[1] = 0;
    words[2] = counter[2];
    words[3] = counter[3];
    philox4x32(words, counter[0], key);
    for (let i = first; i < Math.min(first + 4, size); i++) mask[i] = words[i - first] >= threshold ? 1 : 0;
  }
  return mask;
}

export const dropoutTfjs: TfKernel<OpAttrs['dropout']> = ({ tf, scalar, integersOf }, [x, counter], attrs) => {
  const kept = tf.tensor(maskOf(x.size, integersOf(counter), attrs), x.shape, 'bool');
  return [tf.where(kept, tf.div(x, scalar(1 - attrs.rate)), scalar(0))];
};
