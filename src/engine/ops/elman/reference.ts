// The definition of elman and elmanGrad: one sample and one step at a time.
import type { OpAttrs } from '../kinds.ts';
import { backThroughWeight, rowTimes, stateBefore } from '../recurrent-reference.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const elmanReference: ReferenceKernel<OpAttrs['elman']> = ([gx, weight, h0], [h]) => {
  const [batch, time, width] = h.shape;
  for (let n = 0; n < batch; n++) {
    for (let t = 0; t < time; t++) {
      const row = n * time + t;
      const before = stateBefore(h, h0, n, t);
      for (let c = 0; c < width; c++) {
        h.data[row * width + c] = Math.tanh(gx.data[row * width + c] + rowTimes(weight, c, before));
      }
    }
  }
};

export const elmanGradReference: ReferenceKernel<OpAttrs['elmanGrad']> = ([weight, h, dh, h0], [dgx, dweight, dh0]) => {
  const [batch, time, width] = h.shape;
  dweight.data.fill(0);
  for (let n = 0; n < batch; n++) {
    let fromLater = new Float64Array(width);
    for (let t = time - 1; t >= 0; t--) {
      const row = n * time + t;
      const dpre = dgx.data.subarray(row * width, (row + 1) * width);
      for (let c = 0; c < width; c++) {
        dpre[c] = (dh.data[row * width + c] + fromLater[c]) * (1 - h.data[row * width + c] ** 2);
      }
      fromLater = new Float64Array(width);
      backThroughWeight(weight, dweight, dpre, stateBefore(h, h0, n, t), fromLater);
    }
    dh0?.data.set(fromLater, n * width);
  }
};
