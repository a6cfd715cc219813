// The definition of hgrn and hgrnGrad: one loop over time per channel.
import type { ScanAttrs } from '../../kernel/cell.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { sigmoid } from '../unary/scalar-functions.ts';

/** (u [B, T, 2H] = i | f, bound [H], h0?) -> h. */
export const hgrnReference: ReferenceKernel<ScanAttrs> = ([u, bound, h0], [h]) => {
  const [batch, time, width] = h.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let state = h0?.data[n * width + c] ?? 0;
      for (let t = 0; t < time; t++) {
        const row = n * time + t;
        const content = u.data[row * 2 * width + c];
        const keep = bound.data[c] + (1 - bound.data[c]) * sigmoid(u.data[row * 2 * width + width + c]);
        state = keep * state + (1 - keep) * content * sigmoid(content);
        h.data[row * width + c] = state;
      }
    }
  }
};

/** (u, h, dh, bound, h0?) -> du, dbound [B, H] (, dh0). */
export const hgrnGradReference: ReferenceKernel<ScanAttrs> = ([u, h, dh, bound, h0], [du, dbound, dh0]) => {
  const [batch, time, width] = h.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let fromLater = 0;
      let ofBound = 0;
      for (let t = time - 1; t >= 0; t--) {
        const here = (n * time + t) * width + c;
        const at = (n * time + t) * 2 * width + c;
        const content = u.data[at];
        const share = sigmoid(content);
        const gate = sigmoid(u.data[at + width]);
        const keep = bound.data[c] + (1 - bound.data[c]) * gate;
        const before = t > 0 ? h.data[here - width] : (h0?.data[n * width + c] ?? 0);
        const arriving = dh.data[here] + fromLater;
        const atKeep = arriving * (before - content * share);
        du.data[at] = arriving * (1 - keep) * share * (1 + content * (1 - share));
        du.data[at + width] = atKeep * (1 - bound.data[c]) * gate * (1 - gate);
        ofBound += atKeep * (1 - gate);
        fromLater = arriving * keep;
      }
      dbound.data[n * width + c] = ofBound;
      if (dh0) dh0.data[n * width + c] = fromLater;
    }
  }
};
