// The definition of modalKernel and its gradient: powers one after the other.
import type { ReferenceKernel } from '../reference-kernel.ts';
import type { ModalKernelAttrs } from './index.ts';

export const modalKernelReference: ReferenceKernel<ModalKernelAttrs> = ([aRe, aIm, cRe, cIm], [kernel], { rows }) => {
  const [C, N] = aRe.shape;
  kernel.data.fill(0);
  for (let at = 0; at < C * N; at++) {
    let [re, im] = [cRe.data[at], cIm.data[at]];
    for (let l = 0; l < rows; l++) {
      kernel.data[l * C + Math.floor(at / N)] += re;
      [re, im] = [re * aRe.data[at] - im * aIm.data[at], re * aIm.data[at] + im * aRe.data[at]];
    }
  }
};

export const modalKernelGradReference: ReferenceKernel<ModalKernelAttrs> = (
  [aRe, aIm, cRe, cIm, dkernel],
  [daRe, daIm, dcRe, dcIm],
  { rows },
) => {
  const [C, N] = aRe.shape;
  for (let at = 0; at < C * N; at++) {
    // a^l, and the derivative of it.
    let [re, im, slopeRe, slopeIm] = [1, 0, 0, 0];
    let [dre, dim, dcre, dcim] = [0, 0, 0, 0];
    for (let l = 0; l < rows; l++) {
      const d = dkernel.data[l * C + Math.floor(at / N)];
      dcre += d * re;
      dcim -= d * im;
      dre += d * (cRe.data[at] * slopeRe - cIm.data[at] * slopeIm);
      dim -= d * (cRe.data[at] * slopeIm + cIm.data[at] * slopeRe);
      const [x, y] = [aRe.data[at], aIm.data[at]];
      [slopeRe, slopeIm] = [slopeRe * x - slopeIm * y + re, slopeRe * y + slopeIm * x + im];
      [re, im] = [re * x - im * y, re * y + im * x];
    }
    daRe.data[at] = dre;
    daIm.data[at] = dim;
    dcRe.data[at] = dcre;
    dcIm.data[at] = dcim;
  }
};
