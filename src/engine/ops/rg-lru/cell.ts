// rgLru: the real-gated linear recurrent unit of Griffin (De et al. 2024): a decay whose rate a gate sets, and an input kept at unit variance.
import { defineCell, type Cell } from '../../kernel/cell.ts';
import { exp, expm1, fma, mul, neg, sigmoid, sqrt } from '../../kernel/expr.ts';
import { positive } from '../cases.ts';
import { rgLruGradReference, rgLruReference } from './reference.ts';

export const rgLru: Cell<'rgLru'> = defineCell(
  'rgLru',
  {
    sequence: 'u',
    parts: ['x', 'i', 'r'],
    channels: ['rate'],
    state: 'h',
    states: ['h'],
    step: ({ x, i, r, rate, h }) => {
      const decay = neg(mul(rate, sigmoid(r)));
      const taken = sqrt(neg(expm1(mul(2, decay))));
      return { h: fma(exp(decay), h, mul(taken, mul(sigmoid(i), x))) };
    },
  },
  {
    forward: rgLruReference,
    backward: rgLruGradReference,
    meaning: 'a = exp(-rate sigmoid(r)), h_t = a h_{t-1} + sqrt(1 - a^2) sigmoid(i) x.',
    channel: positive,
  },
);
