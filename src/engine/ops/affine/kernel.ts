// affine in the language of kernels: scale x + shift.
import { fma, input } from '../../kernel/expr.ts';
import { defineMap, type MapOf } from '../../kernel/map.ts';
import type { OpAttrs } from '../kinds.ts';

export const affineKernel = defineMap({
  name: 'affine',
  tensors: ['x'],
  attributes: ['scale', 'shift'],
  results: { y: fma(input('scale'), input('x'), input('shift')) },
});

export const affineMap: MapOf<OpAttrs['affine']> = ({ scale, shift }) => ({
  kernel: affineKernel,
  values: { scale, shift },
});
