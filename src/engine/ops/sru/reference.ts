// The definition of sru and sruGrad: one loop over time per channel.
import type { ScanAttrs } from '../../kernel/cell.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { sigmoid } from '../unary/scalar-functions.ts';

/** (u [B, T, 4H] = v | f | r | x, pf [H], pr [H], c0?) -> h, c. */
export const sruReference: ReferenceKernel<ScanAttrs> = ([u, pf, pr, c0], [h, c]) => {
  const [batch, time, width] = h.shape;
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < width; i++) {
      let cell = c0?.data[n * width + i] ?? 0;
      for (let t = 0; t < time; t++) {
        const row = n * time + t;
        const [v, f, r, x] = [0, 1, 2, 3].map((part) => u.data[(row * 4 + part) * width + i]);
        const keep = sigmoid(f + pf.data[i] * cell);
        const open = sigmoid(r + pr.data[i] * cell);
        cell = keep * cell + (1 - keep) * v;
        c.data[row * width + i] = cell;
        h.data[row * width + i] = open * cell + (1 - open) * x;
      }
    }
  }
};

/** (u, c, dh, dc?, pf, pr, c0?) -> du, dpf [B, H], dpr [B, H] (, dc0). */
export const sruGradReference: ReferenceKernel<ScanAttrs> = (inputs, [du, dpf, dpr, dc0], { states = false }) => {
  const [u, c, dh] = inputs;
  const dc = states ? inputs[3] : undefined;
  const [pf, pr, c0] = inputs.slice(states ? 4 : 3);
  const [batch, time, width] = c.shape;
  for (let n = 0; n < batch; n++) {
    for (let i = 0; i < width; i++) {
      let [fromLater, ofKeep, ofOpen] = [0, 0, 0];
      for (let t = time - 1; t >= 0; t--) {
        const row = n * time + t;
        const here = row * width + i;
        const at = (part: number): number => (row * 4 + part) * width + i;
        const before = t > 0 ? c.data[here - width] : (c0?.data[n * width + i] ?? 0);
        const [v, x] = [u.data[at(0)], u.data[at(3)]];
        const keep = sigmoid(u.data[at(1)] + pf.data[i] * before);
        const open = sigmoid(u.data[at(2)] + pr.data[i] * before);
        const arriving = dh.data[here] * open + (dc?.data[here] ?? 0) + fromLater;
        const atKeep = arriving * (before - v) * keep * (1 - keep);
        const atOpen = dh.data[here] * (c.data[here] - x) * open * (1 - open);
        du.data[at(0)] = arriving * (1 - keep);
        du.data[at(1)] = atKeep;
        du.data[at(2)] = atOpen;
        du.data[at(3)] = dh.data[here] * (1 - open);
        ofKeep += atKeep * before;
        ofOpen += atOpen * before;
        fromLater = arriving * keep + atKeep * pf.data[i] + atOpen * pr.data[i];
      }
      dpf.data[n * width + i] = ofKeep;
      dpr.data[n * width + i] = ofOpen;
      if (dc0) dc0.data[n * width + i] = fromLater;
    }
  }
};
