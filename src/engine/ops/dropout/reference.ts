// The definition of dropout: element e takes word e mod 4 of Philox block floor(e / 4), and is kept when the word reaches the threshold.
import { philox4x32 } from '../../core/philox.ts';
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { dropoutThreshold } from './index.ts';

export const dropoutReference: ReferenceKernel<OpAttrs['dropout']> = ([x, counter], [y], { rate, stream }) => {
  const [seedLow, seedHigh, stepLow, stepHigh] = counter.data;
  const threshold = dropoutThreshold(rate);
  const words = new Uint32Array(4);
  for (let i = 0; i < x.data.length; i++) {
    if (i % 4 === 0) {
      words.set([i / 4, 0, stepLow, stepHigh]);
      philox4x32(words, seedLow, (stream ^ seedHigh) >>> 0);
    }
    y.data[i] = words[i % 4] >= threshold ? x.data[i] / (1 - rate) : 0;
  }
};
