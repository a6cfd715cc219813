// The definition of dropout: an element is kept when its random word reaches the threshold.
import { wordsOf } from '../../kernel/words.ts';
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { dropoutThreshold } from './kernel.ts';

export const dropoutReference: ReferenceKernel<OpAttrs['dropout']> = ([x, counter], [y], { rate, stream }) => {
  const words = wordsOf(x.shape, counter.data, stream);
  for (let i = 0; i < x.data.length; i++) y.data[i] = words[i] >= dropoutThreshold(rate) ? x.data[i] / (1 - rate) : 0;
};
