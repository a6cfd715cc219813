// The definition of logCumulativeSumExp and its gradient. -Infinity (log 0) is a value like any other.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

/** log(exp a + exp b). */
function logAdd(a: number, b: number): number {
  const larger = Math.max(a, b);
  return larger === -Infinity ? larger : larger + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** exp(a - b) where a <= b; 0 when a is log 0. */
const ratio = (a: number, b: number): number => (a === -Infinity ? 0 : Math.exp(a - b));

export const logCumulativeSumExpReference: ReferenceKernel<OpAttrs['logCumulativeSumExp']> = ([x], [y]) => {
  const [batch, time, width] = x.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let total = -Infinity;
      for (let t = 0; t < time; t++) {
        const i = (n * time + t) * width + c;
        total = logAdd(total, x.data[i]);
        y.data[i] = total;
      }
    }
  }
};

export const logCumulativeSumExpGradReference: ReferenceKernel<OpAttrs['logCumulativeSumExpGrad']> = (
  [x, y, dy],
  [dx],
) => {
  const [batch, time, width] = x.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let arriving = 0;
      for (let t = time - 1; t >= 0; t--) {
        const i = (n * time + t) * width + c;
        const carried = t < time - 1 ? arriving * ratio(y.data[i], y.data[i + width]) : 0;
        arriving = dy.data[i] + carried;
        dx.data[i] = arriving * ratio(x.data[i], y.data[i]);
      }
    }
  }
};
