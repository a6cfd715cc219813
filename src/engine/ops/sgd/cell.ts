// The update of sgd: buffer = momentum buffer + factor g + decay p; p -= pace rate buffer.
import { fma, input, mul, neg } from '../../kernel/expr.ts';
import { defineMap, type MapOf } from '../../kernel/map.ts';
import type { OpAttrs } from '../kinds.ts';

const names = ['p', 'buffer', 'g', 'factor', 'rate', 'momentum', 'decay', 'pace'];
const [p, buffer, g, factor, rate, momentum, decay, pace] = names.map(input);

const step = fma(decay, p, fma(factor, g, mul(momentum, buffer)));

export const sgdKernel = defineMap({
  name: 'sgd',
  tensors: ['p', 'buffer', 'g'],
  numbers: [
    { name: 'factor', tensor: 'clip', offset: 0 },
    { name: 'rate', tensor: 'hyper', offset: 0 },
  ],
  attributes: ['momentum', 'decay', 'pace'],
  changes: { p: fma(neg(mul(rate, pace)), step, p), buffer: step },
  guard: 'factor',
});

export const sgdMap: MapOf<OpAttrs['sgd']> = ({ momentum, weightDecay, pace = 1 }) => ({
  kernel: sgdKernel,
  values: { momentum, decay: weightDecay, pace },
});
