// dropout on the tensorflow device. The mask is drawn on the host: Philox needs exact integers of 32 bits, which TensorFlow.js lacks.
import type { OpAttrs } from '../kinds.ts';
import type { TfKernel } from '../tfjs-kernel.ts';
import { elementsOfSample } from './mask.ts';
import { forEachWord } from './words.ts';

export const dropoutTfjs: TfKernel<OpAttrs['dropout']> = ({ tf, scalar, integersOf }, [x, counter], attrs) => {
  const mask = new Uint8Array(x.size);
  forEachWord(x.size, elementsOfSample(x.shape), integersOf(counter), attrs, (i, kept) => (mask[i] = kept ? 1 : 0));
  const kept = tf.tensor(mask, x.shape, 'bool');
  return [tf.where(kept, tf.div(x, scalar(1 - attrs.rate)), scalar(0))];
};
