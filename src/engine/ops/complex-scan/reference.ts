// The definition of complexScan and complexScanGrad: one loop over time per channel.
import type { ScanAttrs } from '../../kernel/cell.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

/** (u [B, T, 4H] = a real | a imaginary | b real | b imaginary, h0? [B, 2H]) -> h [B, T, 2H] = real | imaginary. */
export const complexScanReference: ReferenceKernel<ScanAttrs> = ([u, h0], [h]) => {
  const [batch, time, wide] = h.shape;
  const width = wide / 2;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let re = h0?.data[n * wide + c] ?? 0;
      let im = h0?.data[n * wide + width + c] ?? 0;
      for (let t = 0; t < time; t++) {
        const row = n * time + t;
        const at = row * 4 * width + c;
        const [aRe, aIm] = [u.data[at], u.data[at + width]];
        const before = re;
        re = aRe * re - aIm * im + u.data[at + 2 * width];
        im = aRe * im + aIm * before + u.data[at + 3 * width];
        h.data[row * wide + c] = re;
        h.data[row * wide + width + c] = im;
      }
    }
  }
};

/** (u, h, dh, h0?) -> du (, dh0): what arrives is multiplied by the conjugates of a and of the state before. */
export const complexScanGradReference: ReferenceKernel<ScanAttrs> = ([u, h, dh, h0], [du, dh0]) => {
  const [batch, time, wide] = h.shape;
  const width = wide / 2;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let [laterRe, laterIm] = [0, 0];
      for (let t = time - 1; t >= 0; t--) {
        const here = (n * time + t) * wide + c;
        const at = (n * time + t) * 4 * width + c;
        const re = dh.data[here] + laterRe;
        const im = dh.data[here + width] + laterIm;
        const beforeRe = t > 0 ? h.data[here - wide] : (h0?.data[n * wide + c] ?? 0);
        const beforeIm = t > 0 ? h.data[here - wide + width] : (h0?.data[n * wide + width + c] ?? 0);
        du.data[at] = re * beforeRe + im * beforeIm;
        du.data[at + width] = im * beforeRe - re * beforeIm;
        du.data[at + 2 * width] = re;
        du.data[at + 3 * width] = im;
        laterRe = re * u.data[at] + im * u.data[at + width];
        laterIm = im * u.data[at] - re * u.data[at + width];
      }
      if (dh0) dh0.data[n * wide + c] = laterRe;
      if (dh0) dh0.data[n * wide + width + c] = laterIm;
    }
  }
};
