// The definition of stabiliser and stabiliserGrad: one loop over time per channel.
import type { ScanAttrs } from '../../kernel/cell.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

/** The largest logarithm before anything came in. */
export const nothingYet = -1e30;
/** A logarithm of which nothing is left, however it is stored. */
export const forgotten = -100;

/** (u [B, T, 2H] = i | f, m0?) -> y [B, T, 3H] = decay | gain | unit, m [B, T, H]. */
export const stabiliserReference: ReferenceKernel<ScanAttrs> = ([u, m0], [y, m]) => {
  const [batch, time, width] = m.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let most = m0?.data[n * width + c] ?? nothingYet;
      for (let t = 0; t < time; t++) {
        const row = n * time + t;
        const i = u.data[row * 2 * width + c];
        const kept = u.data[(row * 2 + 1) * width + c] + most;
        most = Math.max(kept, i);
        const parts = [Math.max(kept - most, forgotten), i - most, most];
        parts.forEach((value, part) => (y.data[(row * 3 + part) * width + c] = value));
        m.data[row * width + c] = most;
      }
    }
  }
};

/** (u, m, dy, dm?, m0?) -> du (, dm0). */
export const stabiliserGradReference: ReferenceKernel<ScanAttrs> = (inputs, [du, dm0], { states = false }) => {
  const [u, m, dy] = inputs;
  const dm = states ? inputs[3] : undefined;
  const m0 = inputs.slice(states ? 4 : 3)[0];
  const [batch, time, width] = m.shape;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let carry = 0;
      for (let t = time - 1; t >= 0; t--) {
        const row = n * time + t;
        const before = t > 0 ? m.data[(row - 1) * width + c] : (m0?.data[n * width + c] ?? nothingYet);
        const [i, f] = [u.data[row * 2 * width + c], u.data[(row * 2 + 1) * width + c]];
        const [old, gain, unit] = [0, 1, 2].map((part) => dy.data[(row * 3 + part) * width + c]);
        const decay = f + before - m.data[row * width + c] >= forgotten ? old : 0;
        const arriving = carry + (dm?.data[row * width + c] ?? 0) + unit - decay - gain;
        const isNew = i > f + before;
        du.data[row * 2 * width + c] = gain + (isNew ? arriving : 0);
        carry = decay + (isNew ? 0 : arriving);
        du.data[(row * 2 + 1) * width + c] = carry;
      }
      if (dm0) dm0.data[n * width + c] = carry;
    }
  }
};
