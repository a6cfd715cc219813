// The definition of softmaxCrossEntropy and its gradient, row by row.
import { lastOf } from '../../core/tensor.ts';
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

/** log sum exp of a row, shifted by its largest entry. */
function logSumExp(row: Float64Array): number {
  let largest = -Infinity;
  for (const value of row) largest = Math.max(largest, value);
  let sum = 0;
  for (const value of row) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}

export const softmaxCrossEntropyReference: ReferenceKernel<OpAttrs['softmaxCrossEntropy']> = (
  [logits, targets],
  [loss, lse, count],
  { labelSmoothing, reduction },
) => {
  const classes = lastOf(logits.shape);
  let total = 0;
  let valid = 0;
  for (let row = 0; row < targets.data.length; row++) {
    const scores = logits.data.subarray(row * classes, (row + 1) * classes);
    lse.data[row] = logSumExp(scores);
    if (targets.data[row] < 0) continue;
    let sum = 0;
    for (const score of scores) sum += score;
    const expected = (1 - labelSmoothing) * scores[targets.data[row]] + (labelSmoothing * sum) / classes;
    total += lse.data[row] - expected;
    valid++;
  }
  count.data[0] = valid;
  loss.data[0] = reduction === 'mean' && valid > 0 ? total / valid : total;
};

export const softmaxCrossEntropyGradReference: ReferenceKernel<OpAttrs['softmaxCrossEntropyGrad']> = (
  [logits, targets, lse, count, dloss],
  [dlogits],
  { labelSmoothing, reduction },
) => {
  const classes = lastOf(logits.shape);
  const scale = reduction === 'mean' ? dloss.data[0] / Math.max(count.data[0], 1) : dloss.data[0];
  for (let i = 0; i < logits.data.length; i++) {
    const row = Math.floor(i / classes);
    const target = targets.data[row];
    const wanted = labelSmoothing / classes + (i % classes === target ? 1 - labelSmoothing : 0);
    dlogits.data[i] = target < 0 ? 0 : (Math.exp(logits.data[i] - lse.data[row]) - wanted) * scale;
  }
};
