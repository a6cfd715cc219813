// The definition of accuracy: the first of equal largest logits is the answer; a row with one that is not a number has none.
import { lastOf } from '../../core/tensor.ts';
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const accuracyReference: ReferenceKernel<OpAttrs['accuracy']> = ([logits, targets], [counts]) => {
  const classes = lastOf(logits.shape);
  counts.data.fill(0);
  for (let row = 0; row < targets.data.length; row++) {
    if (targets.data[row] < 0) continue;
    let best = 0;
    for (let v = 1; v < classes; v++) {
      if (logits.data[row * classes + v] > logits.data[row * classes + best]) best = v;
    }
    const isAnswered = logits.data.subarray(row * classes, (row + 1) * classes).every((value) => !Number.isNaN(value));
    counts.data[0] += isAnswered && best === targets.data[row] ? 1 : 0;
    counts.data[1] += 1;
  }
};
