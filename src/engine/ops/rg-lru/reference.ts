// The definition of rgLru and rgLruGrad: one loop over time per channel.
import type { ScanAttrs } from '../../kernel/cell.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { sigmoid } from '../unary/scalar-functions.ts';

/** (u [B, T, 3H] = x | i | r, rate [H], h0?) -> h. */
export const rgLruReference: ReferenceKernel<ScanAttrs> = ([u, rate, h0], [h]) => {
  const [batch, time, width] = h.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let state = h0?.data[n * width + c] ?? 0;
      for (let t = 0; t < time; t++) {
        const row = n * time + t;
        const [x, i, r] = [0, 1, 2].map((part) => u.data[(row * 3 + part) * width + c]);
        const decay = -rate.data[c] * sigmoid(r);
        state = Math.exp(decay) * state + Math.sqrt(-Math.expm1(2 * decay)) * sigmoid(i) * x;
        h.data[row * width + c] = state;
      }
    }
  }
};

/** (u, h, dh, rate, h0?) -> du, drate [B, H] (, dh0). With s = sqrt(1 - a^2): ds/d log a = -a^2 / s. */
export const rgLruGradReference: ReferenceKernel<ScanAttrs> = ([u, h, dh, rate, h0], [du, drate, dh0]) => {
  const [batch, time, width] = h.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let [fromLater, ofRate] = [0, 0];
      for (let t = time - 1; t >= 0; t--) {
        const row = n * time + t;
        const here = row * width + c;
        const at = (part: number): number => (row * 3 + part) * width + c;
        const x = u.data[at(0)];
        const [inside, gate] = [sigmoid(u.data[at(1)]), sigmoid(u.data[at(2)])];
        const decay = -rate.data[c] * gate;
        const keep = Math.exp(decay);
        const taken = Math.sqrt(-Math.expm1(2 * decay));
        const before = t > 0 ? h.data[here - width] : (h0?.data[n * width + c] ?? 0);
        const arriving = dh.data[here] + fromLater;
        const atDecay = arriving * (keep * before - ((keep * keep) / taken) * inside * x);
        du.data[at(0)] = arriving * taken * inside;
        du.data[at(1)] = arriving * taken * x * inside * (1 - inside);
        du.data[at(2)] = -atDecay * rate.data[c] * gate * (1 - gate);
        ofRate -= atDecay * gate;
        fromLater = arriving * keep;
      }
      drate.data[n * width + c] = ofRate;
      if (dh0) dh0.data[n * width + c] = fromLater;
    }
  }
};
