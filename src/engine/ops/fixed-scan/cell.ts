// fixedScan: h = a h + b with a decay a channel that is the same at every step: the real linear recurrent unit.
import { defineCell, type Cell } from '../../kernel/cell.ts';
import { fma } from '../../kernel/expr.ts';
import { fixedScanGradReference, fixedScanReference } from './reference.ts';

export const fixedScan: Cell<'fixedScan'> = defineCell(
  'fixedScan',
  {
    sequence: 'u',
    parts: ['b'],
    channels: ['a'],
    state: 'h',
    states: ['h'],
    step: ({ b, a, h }) => ({ h: fma(a, h, b) }),
  },
  {
    forward: fixedScanReference,
    backward: fixedScanGradReference,
    meaning: 'h_t = a h_{t-1} + b_t with the same a at every step.',
  },
);
