// stabiliser: the largest logarithm of a decaying sum of exponentials so far, and both gates of a step in units of it: what an exponential input gate
// needs so that nothing overflows (mLSTM).
import { defineCell, type Cell } from '../../kernel/cell.ts';
import { add, max, sub } from '../../kernel/expr.ts';
import { logarithm } from '../half-rule.ts';
import { forgotten, nothingYet, stabiliserGradReference, stabiliserReference } from './reference.ts';

export const stabiliser: Cell<'stabiliser'> = defineCell(
  'stabiliser',
  {
    sequence: 'u',
    parts: ['i', 'f'],
    channels: [],
    state: 'm',
    states: ['m'],
    from: { m: nothingYet },
    step: ({ i, f, m }) => ({ m: max(add(f, m), i) }),
    read: {
      sequence: 'y',
      parts: ['decay', 'gain', 'unit'],
      of: ({ i, f, m, m_before }) => ({ decay: max(sub(add(f, m_before), m), forgotten), gain: sub(i, m), unit: m }),
    },
  },
  {
    forward: stabiliserReference,
    backward: stabiliserGradReference,
    half: logarithm,
    meaning:
      'm_t = max(f_t + m_{t-1}, i_t); y = f_t + m_{t-1} - m_t (at least -100: nothing is left) | i_t - m_t | m_t.',
  },
);
