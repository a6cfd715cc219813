// gilr, gilrElu: the gated impulse linear recurrence (Martin & Cundy 2018) with tanh or elu; without either it is minGRU with the gate turned round.
import { defineCell, type Cell } from '../../kernel/cell.ts';
import { atMost, expm1, fma, less, select, sigmoid, sub, tanh, type Expr } from '../../kernel/expr.ts';
import { gilrGradReference, gilrReference } from './reference.ts';

const made = <const K extends string>(kind: K, act: 'tanh' | 'elu', value: (v: Expr) => Expr): Cell<K> =>
  defineCell(
    kind,
    {
      sequence: 'u',
      parts: ['g', 'v'],
      channels: [],
      state: 'h',
      states: ['h'],
      step: ({ g, v, h }) => {
        const added = value(v);
        return { h: fma(sigmoid(g), sub(h, added), added) };
      },
    },
    {
      forward: gilrReference(act),
      backward: gilrGradReference(act),
      meaning: `h_t = sigmoid(g) h_{t-1} + (1 - sigmoid(g)) ${act}(v).`,
    },
  );

export const gilr: Cell<'gilr'> = made('gilr', 'tanh', tanh);
export const gilrElu: Cell<'gilrElu'> = made('gilrElu', 'elu', (v) => select(less(0, v), v, expm1(atMost(v, 0))));
