// The definition of fixedScan and fixedScanGrad: one loop over time per channel.
import type { ScanAttrs } from '../../kernel/cell.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

/** (u [B, T, H], a [H], h0?) -> h. */
export const fixedScanReference: ReferenceKernel<ScanAttrs> = ([u, a, h0], [h]) => {
  const [batch, time, width] = h.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let state = h0?.data[n * width + c] ?? 0;
      for (let t = 0; t < time; t++) {
        const here = (n * time + t) * width + c;
        state = a.data[c] * state + u.data[here];
        h.data[here] = state;
      }
    }
  }
};

/** (dh, h, a, h0?) -> du, da [B, H] (, dh0). */
export const fixedScanGradReference: ReferenceKernel<ScanAttrs> = ([dh, h, a, h0], [du, da, dh0]) => {
  const [batch, time, width] = h.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let [fromLater, ofDecay] = [0, 0];
      for (let t = time - 1; t >= 0; t--) {
        const here = (n * time + t) * width + c;
        const before = t > 0 ? h.data[here - width] : (h0?.data[n * width + c] ?? 0);
        const arriving = dh.data[here] + fromLater;
        du.data[here] = arriving;
        ofDecay += arriving * before;
        fromLater = arriving * a.data[c];
      }
      da.data[n * width + c] = ofDecay;
      if (dh0) dh0.data[n * width + c] = fromLater;
    }
  }
};
