// The definition of meanSquaredError and its gradient.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const meanSquaredErrorReference: ReferenceKernel<OpAttrs['meanSquaredError']> = (
  [prediction, target, mask],
  [loss, count],
) => {
  let total = 0;
  let counted = 0;
  for (let i = 0; i < prediction.data.length; i++) {
    total += mask.data[i] * (prediction.data[i] - target.data[i]) ** 2;
    counted += mask.data[i];
  }
  loss.data[0] = counted > 0 ? total / counted : 0;
  count.data[0] = counted;
};

export const meanSquaredErrorGradReference: ReferenceKernel<OpAttrs['meanSquaredErrorGrad']> = (
  [prediction, target, mask, count, dloss],
  [dprediction],
) => {
  const scale = count.data[0] > 0 ? (2 * dloss.data[0]) / count.data[0] : 0;
  for (let i = 0; i < prediction.data.length; i++) {
    dprediction.data[i] = scale * mask.data[i] * (prediction.data[i] - target.data[i]);
  }
};
