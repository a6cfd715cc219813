// The definition of dropout: element e of a sample is number e + elements of all samples before it. Number k takes word k mod 4 of Philox block
// floor(k / 4), and is kept when the word reaches the threshold.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { elementsOfSample } from './mask.ts';
import { forEachWord } from './words.ts';

export const dropoutReference: ReferenceKernel<OpAttrs['dropout']> = ([x, counter], [y], attrs) => {
  forEachWord(x.data.length, elementsOfSample(x.shape), counter.data, attrs, (i, kept) => {
    y.data[i] = kept ? x.data[i] / (1 - attrs.rate) : 0;
  });
};
