// The definition of rmsNorm and rmsNormGrad, row by row.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const rmsNormReference: ReferenceKernel<OpAttrs['rmsNorm']> = ([x, weight], [y, rstd], { eps }) => {
  const width = weight.data.length;
  for (let row = 0; row < rstd.data.length; row++) {
    let squares = 0;
    for (let n = 0; n < width; n++) squares += x.data[row * width + n] ** 2;
    const scale = 1 / Math.sqrt(squares / width + eps);
    rstd.data[row] = scale;
    for (let n = 0; n < width; n++) y.data[row * width + n] = x.data[row * width + n] * scale * weight.data[n];
  }
};

export const rmsNormGradReference: ReferenceKernel<OpAttrs['rmsNormGrad']> = ([x, weight, rstd, dy], [dx, dweight]) => {
  const width = weight.data.length;
  dweight.data.fill(0);
  for (let row = 0; row < rstd.data.length; row++) {
    const scale = rstd.data[row];
    let along = 0;
    for (let n = 0; n < width; n++) along += dy.data[row * width + n] * weight.data[n] * x.data[row * width + n];
    for (let n = 0; n < width; n++) {
      const i = row * width + n;
      dx.data[i] = scale * (dy.data[i] * weight.data[n] - (x.data[i] * scale * scale * along) / width);
      dweight.data[n] += dy.data[i] * x.data[i] * scale;
    }
  }
};
