// rgLru: the real-gated linear recurrent unit of Griffin (De et al. 2024): a decay whose rate a gate sets, and an input kept at unit variance.
import { defineCell, type Cell } from '../../kernel/cell.ts';
import { add, div, expm1, fma, mul, neg, sigmoid, sqrt, sub, type Expr } from '../../kernel/expr.ts';
import { positive } from '../cases.ts';
import { rgLruGradReference, rgLruReference } from './reference.ts';

/** a = e^d and sqrt(1 - a^2) from one e^d - 1, which keeps the digits of 1 - a^2 = (1 - a) (1 + a) where a is near 1. */
function decayOf(rate: Expr, gate: Expr): { readonly keep: Expr; readonly share: Expr } {
  const less = expm1(neg(mul(rate, gate)));
  const keep = add(1, less);
  return { keep, share: sqrt(neg(mul(less, add(1, keep)))) };
}

export const rgLru: Cell<'rgLru'> = defineCell(
  'rgLru',
  {
    sequence: 'u',
    parts: ['x', 'i', 'r'],
    channels: ['rate'],
    state: 'h',
    states: ['h'],
    step: ({ x, i, r, rate, h }) => {
      const { keep, share } = decayOf(rate, sigmoid(r));
      return { h: fma(keep, h, mul(share, mul(sigmoid(i), x))) };
    },
    // The derived one would compute the decay a second time.
    backward: (_derived, { x, i, r, rate, h_before, d_h, carry_h }) => {
      const [inside, gate] = [sigmoid(i), sigmoid(r)];
      const { keep, share } = decayOf(rate, gate);
      const arriving = add(d_h, carry_h);
      const atNews = mul(arriving, share);
      const news = mul(inside, x);
      const atDecay = mul(mul(arriving, keep), sub(div(mul(keep, news), share), h_before));
      const atRate = mul(atDecay, gate);
      return {
        x: mul(atNews, inside),
        i: mul(mul(atNews, news), sub(1, inside)),
        r: mul(mul(atRate, rate), sub(1, gate)),
        rate: atRate,
        h_before: mul(arriving, keep),
      };
    },
  },
  {
    forward: rgLruReference,
    backward: rgLruGradReference,
    meaning: 'a = exp(-rate sigmoid(r)), h_t = a h_{t-1} + sqrt(1 - a^2) sigmoid(i) x.',
    channel: positive,
  },
);
