// The definition of fixedComplexScan and fixedComplexScanGrad: one loop over time per channel.
import type { ScanAttrs } from '../../kernel/cell.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

/** (u [B, T, 2H] = real | imaginary, a_re [H], a_im [H], h0? [B, 2H]) -> h [B, T, 2H] = real | imaginary. */
export const fixedComplexScanReference: ReferenceKernel<ScanAttrs> = ([u, aRe, aIm, h0], [h]) => {
  const [batch, time, wide] = h.shape;
  const width = wide / 2;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let re = h0?.data[n * wide + c] ?? 0;
      let im = h0?.data[n * wide + width + c] ?? 0;
      for (let t = 0; t < time; t++) {
        const at = (n * time + t) * wide + c;
        const before = re;
        re = aRe.data[c] * re - aIm.data[c] * im + u.data[at];
        im = aRe.data[c] * im + aIm.data[c] * before + u.data[at + width];
        h.data[at] = re;
        h.data[at + width] = im;
      }
    }
  }
};

/** (dh, h, a_re, a_im, h0?) -> du, da_re [B, H], da_im [B, H] (, dh0): what arrives is multiplied by the conjugate of a. */
export const fixedComplexScanGradReference: ReferenceKernel<ScanAttrs> = (
  [dh, h, aRe, aIm, h0],
  [du, daRe, daIm, dh0],
) => {
  const [batch, time, wide] = h.shape;
  const width = wide / 2;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let [laterRe, laterIm, ofRe, ofIm] = [0, 0, 0, 0];
      for (let t = time - 1; t >= 0; t--) {
        const at = (n * time + t) * wide + c;
        const re = dh.data[at] + laterRe;
        const im = dh.data[at + width] + laterIm;
        const beforeRe = t > 0 ? h.data[at - wide] : (h0?.data[n * wide + c] ?? 0);
        const beforeIm = t > 0 ? h.data[at - wide + width] : (h0?.data[n * wide + width + c] ?? 0);
        du.data[at] = re;
        du.data[at + width] = im;
        ofRe += re * beforeRe + im * beforeIm;
        ofIm += im * beforeRe - re * beforeIm;
        laterRe = re * aRe.data[c] + im * aIm.data[c];
        laterIm = im * aRe.data[c] - re * aIm.data[c];
      }
      daRe.data[n * width + c] = ofRe;
      daIm.data[n * width + c] = ofIm;
      if (dh0) dh0.data[n * wide + c] = laterRe;
      if (dh0) dh0.data[n * wide + width + c] = laterIm;
    }
  }
};
