// The gradient of meanSquaredError in the language of kernels: 2 mask (prediction - target) dloss / count, 0 where nothing was counted.
import { div, input, less, mul, select, sub } from '../../kernel/expr.ts';
import { defineMap, numberIn, type MapOf } from '../../kernel/map.ts';
import type { OpAttrs } from '../kinds.ts';

const scale = select(less(0, input('count')), div(mul(2, input('dloss')), input('count')), 0);

export const squaredErrorGradKernel = defineMap({
  name: 'squaredErrorGrad',
  tensors: ['prediction', 'target', 'mask'],
  numbers: [numberIn('count'), numberIn('dloss')],
  results: { dprediction: mul(mul(scale, input('mask')), sub(input('prediction'), input('target'))) },
});

export const squaredErrorGradMap: MapOf<OpAttrs['meanSquaredErrorGrad']> = () => ({ kernel: squaredErrorGradKernel });
