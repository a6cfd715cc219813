// The update of adam: running means of the gradient and of its square, and a step by their ratio. `shrink` and `pull` are the weight decay where it
// is decoupled and where it is not; the other is 0. `pace` is what the learning rate is multiplied with for this variable.
import { add, div, fma, input, mul, reciprocal, sqrt, sub } from '../../kernel/expr.ts';
import { defineMap, type MapOf } from '../../kernel/map.ts';
import type { OpAttrs } from '../kinds.ts';

const value = Object.fromEntries(
  [
    'p',
    'm',
    'v',
    'g',
    'factor',
    'rate',
    'c1',
    'c2',
    'beta1',
    'rest1',
    'beta2',
    'rest2',
    'eps',
    'shrink',
    'pull',
    'pace',
  ].map((name) => [name, input(name)]),
);
const { p, m, v, g, factor, rate, c1, c2, beta1, rest1, beta2, rest2, eps, shrink, pull, pace } = value;

const gradient = fma(factor, g, mul(pull, p));
const mean = fma(beta1, m, mul(rest1, gradient));
const square = fma(beta2, v, mul(rest2, mul(gradient, gradient)));
const size = add(sqrt(mul(square, reciprocal(c2))), eps);
const own = mul(rate, pace);
const change = div(mul(div(own, c1), mean), size);

export const adamKernel = defineMap({
  name: 'adam',
  tensors: ['p', 'm', 'v', 'g'],
  numbers: [
    { name: 'factor', tensor: 'clip', offset: 0 },
    { name: 'rate', tensor: 'hyper', offset: 0 },
    { name: 'c1', tensor: 'hyper', offset: 1 },
    { name: 'c2', tensor: 'hyper', offset: 2 },
  ],
  attributes: ['beta1', 'rest1', 'beta2', 'rest2', 'eps', 'shrink', 'pull', 'pace'],
  changes: { p: sub(mul(p, sub(1, mul(own, shrink))), change), m: mean, v: square },
  guard: 'factor',
});

export const adamMap: MapOf<OpAttrs['adam']> = ({ beta1, beta2, eps, weightDecay, decoupled, pace = 1 }) => {
  const [shrink, pull] = decoupled ? [weightDecay, 0] : [0, weightDecay];
  return { kernel: adamKernel, values: { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, eps, shrink, pull, pace } };
};
