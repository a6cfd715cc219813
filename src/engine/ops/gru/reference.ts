// The definition of gru and gruGrad: one sample and one step at a time.
import type { OpAttrs } from '../kinds.ts';
import { backThroughWeight, rowTimes, stateBefore } from '../recurrent-reference.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { sigmoid } from '../unary/scalar-functions.ts';

export const gruReference: ReferenceKernel<OpAttrs['gru']> = ([gx, weight, bias, h0], [h, gates]) => {
  const [batch, time, width] = h.shape;
  for (let n = 0; n < batch; n++) {
    for (let t = 0; t < time; t++) {
      const row = n * time + t;
      const before = stateBefore(h, h0, n, t);
      for (let c = 0; c < width; c++) {
        const input = (gate: number) => gx.data[row * 3 * width + gate * width + c];
        const hidden = (gate: number) => rowTimes(weight, gate * width + c, before) + bias.data[gate * width + c];
        const r = sigmoid(input(0) + hidden(0));
        const z = sigmoid(input(1) + hidden(1));
        const inner = hidden(2);
        const candidate = Math.tanh(input(2) + r * inner);
        [r, z, candidate, inner].forEach((value, gate) => {
          gates.data[row * 4 * width + gate * width + c] = value;
        });
        h.data[row * width + c] = (1 - z) * candidate + z * before[c];
      }
    }
  }
};

export const gruGradReference: ReferenceKernel<OpAttrs['gruGrad']> = (
  [weight, h, gates, dh, h0],
  [dgx, dweight, dbias, dh0],
) => {
  const [batch, time, width] = h.shape;
  dweight.data.fill(0);
  dbias.data.fill(0);
  for (let n = 0; n < batch; n++) {
    let fromLater = new Float64Array(width);
    for (let t = time - 1; t >= 0; t--) {
      const row = n * time + t;
      const before = stateBefore(h, h0, n, t);
      const earlier = new Float64Array(width);
      const dhidden = new Float64Array(3 * width);
      for (let c = 0; c < width; c++) {
        const [r, z, candidate, inner] = [0, 1, 2, 3].map((gate) => gates.data[row * 4 * width + gate * width + c]);
        const arriving = dh.data[row * width + c] + fromLater[c];
        const dn = arriving * (1 - z) * (1 - candidate * candidate);
        const pre = [dn * inner * r * (1 - r), arriving * (before[c] - candidate) * z * (1 - z), dn];
        pre.forEach((value, gate) => {
          dgx.data[row * 3 * width + gate * width + c] = value;
          dhidden[gate * width + c] = gate === 2 ? value * r : value;
        });
        earlier[c] = arriving * z;
      }
      for (let i = 0; i < dhidden.length; i++) dbias.data[i] += dhidden[i];
      backThroughWeight(weight, dweight, dhidden, before, earlier);
      fromLater = earlier;
    }
    dh0?.data.set(fromLater, n * width);
  }
};
