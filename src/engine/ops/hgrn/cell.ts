// hgrn: the real cell of the hierarchically gated recurrent network (Qin et al. 2023), whose forget gate has a lower bound per channel.
import { defineCell, type Cell } from '../../kernel/cell.ts';
import { fma, sigmoid, silu, sub } from '../../kernel/expr.ts';
import { hgrnGradReference, hgrnReference } from './reference.ts';

export const hgrn: Cell<'hgrn'> = defineCell(
  'hgrn',
  {
    sequence: 'u',
    parts: ['i', 'f'],
    channels: ['bound'],
    state: 'h',
    states: ['h'],
    step: ({ i, f, bound, h }) => {
      const keep = fma(sub(1, bound), sigmoid(f), bound);
      const added = silu(i);
      return { h: fma(keep, sub(h, added), added) };
    },
  },
  {
    forward: hgrnReference,
    backward: hgrnGradReference,
    meaning: 'keep = bound + (1 - bound) sigmoid(f), h_t = keep h_{t-1} + (1 - keep) silu(i).',
  },
);
