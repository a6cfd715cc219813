// The definition of minGru and minGruGrad: one loop over time per channel.
import { candidates } from '../candidate.ts';
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { sigmoid } from '../unary/scalar-functions.ts';

export const minGruReference: ReferenceKernel<OpAttrs['minGru']> = ([u, h0], [h], { candidate }) => {
  const [batch, time, width] = h.shape;
  const { value } = candidates[candidate];
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let state = h0?.data[n * width + c] ?? 0;
      for (let t = 0; t < time; t++) {
        const row = n * time + t;
        const z = sigmoid(u.data[row * 2 * width + c]);
        state = (1 - z) * state + z * value(u.data[row * 2 * width + width + c]);
        h.data[row * width + c] = state;
      }
    }
  }
};

export const minGruGradReference: ReferenceKernel<OpAttrs['minGruGrad']> = (
  [u, h, dh, h0],
  [du, dh0],
  { candidate },
) => {
  const [batch, time, width] = h.shape;
  const { value, derivative } = candidates[candidate];
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let fromLater = 0;
      for (let t = time - 1; t >= 0; t--) {
        const row = n * time + t;
        const at = row * 2 * width + c;
        const z = sigmoid(u.data[at]);
        const arriving = dh.data[row * width + c] + fromLater;
        const before = t > 0 ? h.data[(row - 1) * width + c] : (h0?.data[n * width + c] ?? 0);
        const content = u.data[at + width];
        du.data[at] = arriving * (value(content) - before) * z * (1 - z);
        du.data[at + width] = arriving * z * derivative(content);
        fromLater = arriving * (1 - z);
      }
      if (dh0) dh0.data[n * width + c] = fromLater;
    }
  }
};
