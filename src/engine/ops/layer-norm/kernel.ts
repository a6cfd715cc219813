// layerNorm and its gradient in the language of kernels. The gradient is written by hand: it keeps mean and rstd from the forward pass and
// makes two passes over each row, while the derived one would make four.
import { add, div, fma, input, mul, reciprocal, sqrt, sub } from '../../kernel/expr.ts';
import { defineRows, rowInputs, width, type RowsOf } from '../../kernel/rows.ts';
import type { OpAttrs } from '../kinds.ts';

const [x, weight, bias, dy, eps] = ['x', 'weight', 'bias', 'dy', 'eps'].map(input);

const center = div(input('sum'), width);
const scale = reciprocal(sqrt(add(div(input('squares'), width), eps)));

/** Variance from the differences to the mean, so it does not cancel. */
export const layerNormKernel = defineRows({
  name: 'layerNorm',
  inputs: rowInputs({ x: 'row', weight: 'column', bias: 'column' }),
  attributes: ['eps'],
  folds: [
    { name: 'sum', reduce: 'sum', of: [x] },
    { name: 'squares', reduce: 'sum', of: [sub(x, center), sub(x, center)] },
  ],
  results: { y: fma(mul(sub(x, center), scale), weight, bias) },
  values: { mean: center, rstd: scale },
});

const [mean, rstd] = [input('mean'), input('rstd')];
const normal = mul(sub(x, mean), rstd);
const share = mul(dy, weight);
const inner = sub(sub(share, div(input('sum'), width)), mul(normal, div(input('along'), width)));

const gradKernel = defineRows({
  name: 'layerNormGrad',
  inputs: rowInputs({ x: 'row', weight: 'column', mean: 'number', rstd: 'number', dy: 'row' }),
  folds: [
    { name: 'sum', reduce: 'sum', of: [share] },
    { name: 'along', reduce: 'sum', of: [share, normal] },
  ],
  results: { dx: mul(rstd, inner) },
  totals: { dweight: [dy, normal], dbias: [dy] },
});

export const layerNormKernels = [layerNormKernel, gradKernel];

export const layerNormRows: RowsOf<OpAttrs['layerNorm']> = ({ eps: value }) => ({
  kernel: layerNormKernel,
  values: { eps: value },
});
export const layerNormGradRows: RowsOf<OpAttrs['layerNormGrad']> = () => ({ kernel: gradKernel });
