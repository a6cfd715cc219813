// rmsNorm and its gradient in the language of kernels. The gradient is written by hand: it keeps rstd from the forward pass and makes two
// passes over each row, while the derived one would make three.
import { add, div, input, mul, reciprocal, sqrt, sub } from '../../kernel/expr.ts';
import { defineRows, rowInputs, width, type RowsOf } from '../../kernel/rows.ts';
import type { OpAttrs } from '../kinds.ts';

const [x, weight, rstd, dy, eps] = ['x', 'weight', 'rstd', 'dy', 'eps'].map(input);

const scale = reciprocal(sqrt(add(div(input('squares'), width), eps)));

export const rmsNormKernel = defineRows({
  name: 'rmsNorm',
  inputs: rowInputs({ x: 'row', weight: 'column' }),
  attributes: ['eps'],
  folds: [{ name: 'squares', reduce: 'sum', of: [x, x] }],
  results: { y: mul(mul(x, scale), weight) },
  values: { rstd: scale },
});

const normal = mul(x, rstd);
const share = mul(dy, normal);
const inputs = rowInputs({ x: 'row', weight: 'column', rstd: 'number', dy: 'row' });

const gradKernel = defineRows({
  name: 'rmsNormGrad',
  inputs,
  folds: [{ name: 'along', reduce: 'sum', of: [share, weight] }],
  results: { dx: mul(rstd, sub(mul(dy, weight), mul(normal, div(input('along'), width)))) },
  totals: { dweight: [share] },
});

/** A row of one number gives +-1 except for eps: the general form would cancel, 1 - n^2 = eps rstd^2 does not. */
const gradOfOne = defineRows({
  ...gradKernel,
  name: 'rmsNormGradOfOne',
  attributes: ['eps'],
  folds: [],
  results: { dx: mul(mul(mul(mul(mul(dy, weight), eps), rstd), rstd), rstd) },
});

export const rmsNormKernels = [rmsNormKernel, gradKernel, gradOfOne];

export const rmsNormRows: RowsOf<OpAttrs['rmsNorm']> = ({ eps: value }) => ({
  kernel: rmsNormKernel,
  values: { eps: value },
});
export const rmsNormGradRows: RowsOf<OpAttrs['rmsNormGrad']> = ({ eps: value }, length) => ({
  kernel: length === 1 ? gradOfOne : gradKernel,
  values: { eps: value },
});
