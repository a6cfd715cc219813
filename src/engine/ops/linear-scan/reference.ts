// The definition of linearScan and its gradient: one loop over time per channel.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const linearScanReference: ReferenceKernel<OpAttrs['linearScan']> = ([a, b, h0], [h]) => {
  const [batch, time, width] = h.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let state = h0?.data[n * width + c] ?? 0;
      for (let t = 0; t < time; t++) {
        const i = (n * time + t) * width + c;
        state = a.data[i] * state + b.data[i];
        h.data[i] = state;
      }
    }
  }
};

export const linearScanGradReference: ReferenceKernel<OpAttrs['linearScanGrad']> = ([a, h, dh, h0], [da, db, dh0]) => {
  const [batch, time, width] = h.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let fromLater = 0;
      for (let t = time - 1; t >= 0; t--) {
        const i = (n * time + t) * width + c;
        const arriving = dh.data[i] + fromLater;
        const before = t > 0 ? h.data[i - width] : (h0?.data[n * width + c] ?? 0);
        fromLater = a.data[i] * arriving;
        da.data[i] = arriving * before;
        db.data[i] = arriving;
      }
      if (dh0) dh0.data[n * width + c] = fromLater;
    }
  }
};
