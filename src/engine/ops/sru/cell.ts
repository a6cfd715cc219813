// sru: the simple recurrent unit (Lei et al. 2018) with its peepholes: both gates read the cell of the step before, channel by channel.
import { defineCell, type Cell } from '../../kernel/cell.ts';
import { fma, sigmoid, sub } from '../../kernel/expr.ts';
import { sruGradReference, sruReference } from './reference.ts';

export const sru: Cell<'sru'> = defineCell(
  'sru',
  {
    sequence: 'u',
    parts: ['v', 'f', 'r', 'x'],
    channels: ['pf', 'pr'],
    state: 'c',
    states: ['c'],
    step: ({ v, f, pf, c }) => ({ c: fma(sigmoid(fma(pf, c, f)), sub(c, v), v) }),
    read: {
      sequence: 'h',
      parts: ['h'],
      of: ({ r, pr, x, c, c_before }) => ({ h: fma(sigmoid(fma(pr, c_before, r)), sub(c, x), x) }),
    },
  },
  {
    forward: sruReference,
    backward: sruGradReference,
    meaning:
      'keep = sigmoid(f + pf c_{t-1}), c_t = keep c_{t-1} + (1 - keep) v; open = sigmoid(r + pr c_{t-1}), h_t = open c_t + (1 - open) x.',
  },
);
