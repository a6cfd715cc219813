// The definition of gilr, gilrElu and their gradients: one loop over time per channel.
import type { ScanAttrs } from '../../kernel/cell.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { sigmoid } from '../unary/scalar-functions.ts';

type Activation = 'tanh' | 'elu';

const values: Readonly<Record<Activation, (x: number) => number>> = {
  tanh: Math.tanh,
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
};
const slopes: Readonly<Record<Activation, (x: number) => number>> = {
  tanh: (x) => 1 - Math.tanh(x) ** 2,
  elu: (x) => (x > 0 ? 1 : Math.exp(x)),
};

/** (u [B, T, 2H] = g | v, h0?) -> h. */
export const gilrReference =
  (act: Activation): ReferenceKernel<ScanAttrs> =>
  ([u, h0], [h]) => {
    const [batch, time, width] = h.shape;
    for (let n = 0; n < batch; n++) {
      for (let c = 0; c < width; c++) {
        let state = h0?.data[n * width + c] ?? 0;
        for (let t = 0; t < time; t++) {
          const row = n * time + t;
          const keep = sigmoid(u.data[row * 2 * width + c]);
          state = keep * state + (1 - keep) * values[act](u.data[row * 2 * width + width + c]);
          h.data[row * width + c] = state;
        }
      }
    }
  };

/** (u, h, dh, h0?) -> du (, dh0). */
export const gilrGradReference =
  (act: Activation): ReferenceKernel<ScanAttrs> =>
  ([u, h, dh, h0], [du, dh0]) => {
    const [batch, time, width] = h.shape;
    for (let n = 0; n < batch; n++) {
      for (let c = 0; c < width; c++) {
        let fromLater = 0;
        for (let t = time - 1; t >= 0; t--) {
          const here = (n * time + t) * width + c;
          const at = (n * time + t) * 2 * width + c;
          const keep = sigmoid(u.data[at]);
          const content = u.data[at + width];
          const before = t > 0 ? h.data[here - width] : (h0?.data[n * width + c] ?? 0);
          const arriving = dh.data[here] + fromLater;
          du.data[at] = arriving * (before - values[act](content)) * keep * (1 - keep);
          du.data[at + width] = arriving * (1 - keep) * slopes[act](content);
          fromLater = arriving * keep;
        }
        if (dh0) dh0.data[n * width + c] = fromLater;
      }
    }
  };
