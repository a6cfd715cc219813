// wkv: the mean of all values so far, weighted by exp of their keys, which fade at the same rate at every step: RWKV-4's attention, and Aaren's.
// Kept are the mean and the logarithm of the sum of all weights, so nothing overflows and the gate of a step is a sigmoid.
import { defineCell, type Cell } from '../../kernel/cell.ts';
import { abs, add, exp, fma, less, log1p, max, mul, neg, reciprocal, select, sigmoid, sub } from '../../kernel/expr.ts';
import { small } from '../cases.ts';
import { nothingYet, wkvGradReference, wkvReference } from './reference.ts';

export const wkv: Cell<'wkv'> = defineCell(
  'wkv',
  {
    sequence: 'u',
    parts: ['k', 'v'],
    channels: ['decay', 'bonus'],
    state: 's',
    states: ['mean', 'weight'],
    from: { weight: nothingYet },
    step: ({ k, v, decay, mean, weight }) => {
      const old = add(weight, decay);
      // One exponential serves the gate, sigmoid(k - old), and the logarithm.
      const smaller = exp(neg(abs(sub(k, old))));
      const larger = reciprocal(add(1, smaller));
      const take = select(less(k, old), mul(smaller, larger), larger);
      return { mean: fma(take, sub(v, mean), mean), weight: add(max(k, old), log1p(smaller)) };
    },
    read: {
      sequence: 'y',
      parts: ['y'],
      of: ({ k, v, bonus, mean_before, weight_before }) => ({
        y: fma(sigmoid(sub(add(k, bonus), weight_before)), sub(v, mean_before), mean_before),
      }),
    },
    // Fewer operations than the derived one, which goes through max and abs.
    backward: (_derived, known) => {
      const { k, v, decay, bonus, mean_before, weight_before, d_y, d_mean, d_weight, carry_mean, carry_weight } = known;
      const apart = sub(k, add(weight_before, decay));
      const take = sigmoid(apart);
      const rest = sub(1, take);
      const open = sigmoid(sub(add(k, bonus), weight_before));
      const news = sub(v, mean_before);
      const [atMean, atWeight] = [add(d_mean, carry_mean), add(d_weight, carry_weight)];
      const ofOpen = mul(mul(d_y, news), mul(open, sub(1, open)));
      const ofTake = mul(mul(atMean, news), mul(take, rest));
      const atOld = sub(mul(atWeight, rest), ofTake);
      return {
        k: add(add(ofOpen, ofTake), mul(atWeight, take)),
        v: fma(d_y, open, mul(atMean, take)),
        decay: atOld,
        bonus: ofOpen,
        mean_before: fma(d_y, sub(1, open), mul(atMean, rest)),
        weight_before: sub(atOld, ofOpen),
      };
    },
  },
  {
    forward: wkvReference,
    backward: wkvGradReference,
    half: { outputs: ['half', 'single'], reason: 'half of the states are logarithms of weights' },
    meaning:
      'y_t = (sum over i < t of e^{(t-1-i) decay + k_i} v_i + e^{bonus + k_t} v_t) / (the same with v = 1); s = mean | logarithm of the weights.',
    channel: small,
  },
);
