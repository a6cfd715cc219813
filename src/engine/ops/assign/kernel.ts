// accumulate in the language of kernels: variable += factor value.
import { fma, input } from '../../kernel/expr.ts';
import { defineMap, numberIn, type MapOf } from '../../kernel/map.ts';
import type { OpAttrs } from '../kinds.ts';

export const accumulateKernel = defineMap({
  name: 'accumulate',
  tensors: ['variable', 'value'],
  numbers: [numberIn('factor')],
  changes: { variable: fma(input('factor'), input('value'), input('variable')) },
});

export const accumulateMap: MapOf<OpAttrs['accumulate']> = () => ({ kernel: accumulateKernel });
