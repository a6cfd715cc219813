// The definition of cumulativeSum: one running sum per channel.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const cumulativeSumReference: ReferenceKernel<OpAttrs['cumulativeSum']> = ([x], [y], { reverse }) => {
  const [batch, time, width] = x.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let sum = 0;
      for (let s = 0; s < time; s++) {
        const i = (n * time + (reverse ? time - 1 - s : s)) * width + c;
        sum += x.data[i];
        y.data[i] = sum;
      }
    }
  }
};
