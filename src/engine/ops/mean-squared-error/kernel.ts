// meanSquaredError in the language of kernels: sums of mask (prediction - target)^2 and of mask; and its gradient,
// 2 mask (prediction - target) dloss / count, 0 where nothing was counted.
import { div, input, less, mul, select, sub } from '../../kernel/expr.ts';
import { defineMap, numberIn, type MapOf } from '../../kernel/map.ts';
import { defineRows, rowInputs, type RowsOf } from '../../kernel/rows.ts';
import type { OpAttrs } from '../kinds.ts';

const [prediction, target, mask] = ['prediction', 'target', 'mask'].map(input);
const error = sub(prediction, target);

export const squaredErrorKernel = defineRows({
  name: 'squaredError',
  flat: true,
  inputs: rowInputs({ prediction: 'row', target: 'row', mask: 'row' }),
  folds: [
    { name: 'squares', reduce: 'sum', of: [mask, mul(error, error)] },
    { name: 'counted', reduce: 'sum', of: [mask] },
  ],
  sums: { total: input('squares'), valid: input('counted') },
  finish: { loss: [select(less(0, input('valid')), div(input('total'), input('valid')), 0)], count: [input('valid')] },
});

export const squaredErrorRows: RowsOf<OpAttrs['meanSquaredError']> = () => ({ kernel: squaredErrorKernel });

const scale = select(less(0, input('count')), div(mul(2, input('dloss')), input('count')), 0);

export const squaredErrorGradKernel = defineMap({
  name: 'squaredErrorGrad',
  tensors: ['prediction', 'target', 'mask'],
  numbers: [numberIn('count'), numberIn('dloss')],
  results: { dprediction: mul(mul(scale, mask), error) },
});

export const squaredErrorGradMap: MapOf<OpAttrs['meanSquaredErrorGrad']> = () => ({ kernel: squaredErrorGradKernel });
