// The definition of lstm and lstmGrad: one sample and one step at a time.
import type { OpAttrs } from '../kinds.ts';
import { backThroughWeight, rowTimes, stateBefore } from '../recurrent-reference.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { sigmoid } from '../unary/scalar-functions.ts';

export const lstmReference: ReferenceKernel<OpAttrs['lstm']> = ([gx, weight, h0, c0], [h, c, gates]) => {
  const [batch, time, width] = h.shape;
  for (let n = 0; n < batch; n++) {
    for (let t = 0; t < time; t++) {
      const row = n * time + t;
      const hBefore = stateBefore(h, h0, n, t);
      const cBefore = stateBefore(c, c0, n, t);
      for (let k = 0; k < width; k++) {
        const pre = (gate: number) =>
          gx.data[row * 4 * width + gate * width + k] + rowTimes(weight, gate * width + k, hBefore);
        const [i, f, g, o] = [sigmoid(pre(0)), sigmoid(pre(1)), Math.tanh(pre(2)), sigmoid(pre(3))];
        [i, f, g, o].forEach((value, gate) => {
          gates.data[row * 4 * width + gate * width + k] = value;
        });
        c.data[row * width + k] = f * cBefore[k] + i * g;
        h.data[row * width + k] = o * Math.tanh(c.data[row * width + k]);
      }
    }
  }
};

export const lstmGradReference: ReferenceKernel<OpAttrs['lstmGrad']> = (
  [weight, h, c, gates, dh, dc, h0, c0],
  [dgx, dweight, dh0, dc0],
) => {
  const [batch, time, width] = h.shape;
  dweight.data.fill(0);
  for (let n = 0; n < batch; n++) {
    let dhLater = new Float64Array(width);
    const dcLater = new Float64Array(width);
    for (let t = time - 1; t >= 0; t--) {
      const row = n * time + t;
      const cBefore = stateBefore(c, c0, n, t);
      const dpre = dgx.data.subarray(row * 4 * width, (row + 1) * 4 * width);
      for (let k = 0; k < width; k++) {
        const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates.data[row * 4 * width + gate * width + k]);
        const squashed = Math.tanh(c.data[row * width + k]);
        const dhere = dh.data[row * width + k] + dhLater[k];
        const dcell = dc.data[row * width + k] + dcLater[k] + dhere * o * (1 - squashed * squashed);
        dpre[k] = dcell * g * i * (1 - i);
        dpre[width + k] = dcell * cBefore[k] * f * (1 - f);
        dpre[2 * width + k] = dcell * i * (1 - g * g);
        dpre[3 * width + k] = dhere * squashed * o * (1 - o);
        dcLater[k] = dcell * f;
      }
      dhLater = new Float64Array(width);
      backThroughWeight(weight, dweight, dpre, stateBefore(h, h0, n, t), dhLater);
    }
    dh0?.data.set(dhLater, n * width);
    dc0?.data.set(dcLater, n * width);
  }
};
