// The definition of layerNorm and layerNormGrad, row by row.
import type { OpAttrs } from '../kinds.ts';
import type { ReferenceKernel } from '../reference-kernel.ts';

export const layerNormReference: ReferenceKernel<OpAttrs['layerNorm']> = (
  [x, weight, bias],
  [y, mean, rstd],
  { eps },
) => {
  const width = weight.data.length;
  for (let row = 0; row < rstd.data.length; row++) {
    const values = x.data.subarray(row * width, (row + 1) * width);
    let sum = 0;
    for (const value of values) sum += value;
    const center = sum / width;
    let squares = 0;
    for (const value of values) squares += (value - center) ** 2;
    const scale = 1 / Math.sqrt(squares / width + eps);
    mean.data[row] = center;
    rstd.data[row] = scale;
    for (let n = 0; n < width; n++) {
      y.data[row * width + n] = (values[n] - center) * scale * weight.data[n] + bias.data[n];
    }
  }
};

/** With xhat = (x - mean) rstd and d = dy weight: dx = rstd (d - mean(d) - xhat mean(d xhat)). */
export const layerNormGradReference: ReferenceKernel<OpAttrs['layerNormGrad']> = (
  [x, weight, mean, rstd, dy],
  [dx, dweight, dbias],
) => {
  const width = weight.data.length;
  dweight.data.fill(0);
  dbias.data.fill(0);
  for (let row = 0; row < rstd.data.length; row++) {
    const normal = (n: number) => (x.data[row * width + n] - mean.data[row]) * rstd.data[row];
    let sum = 0;
    let along = 0;
    for (let n = 0; n < width; n++) {
      const arriving = dy.data[row * width + n];
      sum += arriving * weight.data[n];
      along += arriving * weight.data[n] * normal(n);
      dweight.data[n] += arriving * normal(n);
      dbias.data[n] += arriving;
    }
    for (let n = 0; n < width; n++) {
      const i = row * width + n;
      dx.data[i] = rstd.data[row] * (dy.data[i] * weight.data[n] - sum / width - (normal(n) * along) / width);
    }
  }
};
