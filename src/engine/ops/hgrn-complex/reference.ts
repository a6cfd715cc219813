// The definition of hgrnComplex and hgrnComplexGrad: one loop over time per channel.
import type { ScanAttrs } from '../../kernel/cell.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';
import { sigmoid } from '../unary/scalar-functions.ts';

const silu = (x: number): number => x * sigmoid(x);
const siluSlope = (x: number): number => sigmoid(x) * (1 + x * (1 - sigmoid(x)));

/** (u [B, T, 3H] = i_re | i_im | f, bound [H], cos [H], sin [H], h0? [B, 2H]) -> h [B, T, 2H] = real | imaginary. */
export const hgrnComplexReference: ReferenceKernel<ScanAttrs> = ([u, bound, cos, sin, h0], [h]) => {
  const [batch, time, wide] = h.shape;
  const width = wide / 2;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let re = h0?.data[n * wide + c] ?? 0;
      let im = h0?.data[n * wide + width + c] ?? 0;
      for (let t = 0; t < time; t++) {
        const row = n * time + t;
        const [iRe, iIm, f] = [0, 1, 2].map((part) => u.data[(row * 3 + part) * width + c]);
        const keep = bound.data[c] + (1 - bound.data[c]) * sigmoid(f);
        const turned = cos.data[c] * re - sin.data[c] * im;
        im = keep * (cos.data[c] * im + sin.data[c] * re) + (1 - keep) * silu(iIm);
        re = keep * turned + (1 - keep) * silu(iRe);
        h.data[row * wide + c] = re;
        h.data[row * wide + width + c] = im;
      }
    }
  }
};

/** (u, h, dh, bound, cos, sin, h0?) -> du, dbound [B, H], dcos [B, H], dsin [B, H] (, dh0). */
export const hgrnComplexGradReference: ReferenceKernel<ScanAttrs> = (
  [u, h, dh, bound, cos, sin, h0],
  [du, dbound, dcos, dsin, dh0],
) => {
  const [batch, time, wide] = h.shape;
  const width = wide / 2;
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < width; c++) {
      let [laterRe, laterIm, ofBound, ofCos, ofSin] = [0, 0, 0, 0, 0];
      for (let t = time - 1; t >= 0; t--) {
        const row = n * time + t;
        const at = (part: number): number => (row * 3 + part) * width + c;
        const before = (part: number): number =>
          t > 0 ? h.data[(row - 1) * wide + part * width + c] : (h0?.data[n * wide + part * width + c] ?? 0);
        const [re, im] = [before(0), before(1)];
        const gate = sigmoid(u.data[at(2)]);
        const keep = bound.data[c] + (1 - bound.data[c]) * gate;
        const atRe = dh.data[row * wide + c] + laterRe;
        const atIm = dh.data[row * wide + width + c] + laterIm;
        const turnedRe = cos.data[c] * re - sin.data[c] * im;
        const turnedIm = cos.data[c] * im + sin.data[c] * re;
        const atKeep = atRe * (turnedRe - silu(u.data[at(0)])) + atIm * (turnedIm - silu(u.data[at(1)]));
        du.data[at(0)] = atRe * (1 - keep) * siluSlope(u.data[at(0)]);
        du.data[at(1)] = atIm * (1 - keep) * siluSlope(u.data[at(1)]);
        du.data[at(2)] = atKeep * (1 - bound.data[c]) * gate * (1 - gate);
        ofBound += atKeep * (1 - gate);
        ofCos += keep * (atRe * re + atIm * im);
        ofSin += keep * (atIm * re - atRe * im);
        laterRe = keep * (cos.data[c] * atRe + sin.data[c] * atIm);
        laterIm = keep * (cos.data[c] * atIm - sin.data[c] * atRe);
      }
      dbound.data[n * width + c] = ofBound;
      dcos.data[n * width + c] = ofCos;
      dsin.data[n * width + c] = ofSin;
      if (dh0) dh0.data[n * wide + c] = laterRe;
      if (dh0) dh0.data[n * wide + width + c] = laterIm;
    }
  }
};
