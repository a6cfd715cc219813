// The update of sgd: buffer = momentum buffer + factor g + decay p; p -= rate buffer.
import { fma, input, mul, neg } from '../../kernel/expr.ts';
import { defineMap, type MapOf } from '../../kernel/map.ts';
import type { OpAttrs } from '../kinds.ts';

const [p, buffer, g, factor, rate, momentum, decay] = ['p', 'buffer', 'g', 'factor', 'rate', 'momentum', 'decay'].map(
  input,
);

const step = fma(decay, p, fma(factor, g, mul(momentum, buffer)));

export const sgdKernel = defineMap({
  name: 'sgd',
  tensors: ['p', 'buffer', 'g'],
  numbers: [
    { name: 'factor', tensor: 'clip', offset: 0 },
    { name: 'rate', tensor: 'hyper', offset: 0 },
  ],
  attributes: ['momentum', 'decay'],
  changes: { p: fma(neg(rate), step, p), buffer: step },
  guard: 'factor',
});

export const sgdMap: MapOf<OpAttrs['sgd']> = ({ momentum, weightDecay }) => ({
  kernel: sgdKernel,
  values: { momentum, decay: weightDecay },
});
