// The definition of qrnn and qrnnGrad: one loop over time per channel.
import type { ScanAttrs } from '../../kernel/cell.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { sigmoid } from '../unary/scalar-functions.ts';

/** (u [B, T, 3H] = z | f | o, c0?) -> h, c. */
export const qrnnReference: ReferenceKernel<ScanAttrs> = ([u, c0], [h, c]) => {
  const [batch, time, width] = c.shape;
  for (let n = 0; n < batch; n++) {
    for (let channel = 0; channel < width; channel++) {
      let state = c0?.data[n * width + channel] ?? 0;
      for (let t = 0; t < time; t++) {
        const row = n * time + t;
        const at = row * 3 * width + channel;
        const forget = sigmoid(u.data[at + width]);
        state = forget * Math.tanh(u.data[at]) + (1 - forget) * state;
        c.data[row * width + channel] = state;
        h.data[row * width + channel] = sigmoid(u.data[at + 2 * width]) * state;
      }
    }
  }
};

/** (u, c, dh, dc?, c0?) -> du (, dc0). */
export const qrnnGradReference: ReferenceKernel<ScanAttrs> = ([u, c, dh, ...rest], [du, dc0], attrs) => {
  const [batch, time, width] = c.shape;
  const dc = attrs.states === true ? rest[0] : undefined;
  const c0 = attrs.initial ? rest[rest.length - 1] : undefined;
  for (let n = 0; n < batch; n++) {
    for (let channel = 0; channel < width; channel++) {
      let fromLater = 0;
      for (let t = time - 1; t >= 0; t--) {
        const here = (n * time + t) * width + channel;
        const at = (n * time + t) * 3 * width + channel;
        const forget = sigmoid(u.data[at + width]);
        const output = sigmoid(u.data[at + 2 * width]);
        const candidate = Math.tanh(u.data[at]);
        const before = t > 0 ? c.data[here - width] : (c0?.data[n * width + channel] ?? 0);
        const arriving = dh.data[here] * output + (dc?.data[here] ?? 0) + fromLater;
        du.data[at] = arriving * forget * (1 - candidate * candidate);
        du.data[at + width] = arriving * (candidate - before) * forget * (1 - forget);
        du.data[at + 2 * width] = dh.data[here] * c.data[here] * output * (1 - output);
        fromLater = arriving * (1 - forget);
      }
      if (dc0) dc0.data[n * width + channel] = fromLater;
    }
  }
};
