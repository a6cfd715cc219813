// fixedComplexScan: h = a h + b over complex numbers with a decay a channel that is the same at every step: LRU and diagonal state spaces.
import { defineCell, type Cell } from '../../kernel/cell.ts';
import { add, fma, mul, sub } from '../../kernel/expr.ts';
import { small } from '../cases.ts';
import { fixedComplexScanGradReference, fixedComplexScanReference } from './reference.ts';

export const fixedComplexScan: Cell<'fixedComplexScan'> = defineCell(
  'fixedComplexScan',
  {
    sequence: 'u',
    parts: ['b_re', 'b_im'],
    channels: ['a_re', 'a_im'],
    state: 'h',
    states: ['re', 'im'],
    step: ({ b_re, b_im, a_re, a_im, re, im }) => ({
      re: fma(a_re, re, sub(b_re, mul(a_im, im))),
      im: fma(a_re, im, add(b_im, mul(a_im, re))),
    }),
  },
  {
    forward: fixedComplexScanReference,
    backward: fixedComplexScanGradReference,
    meaning: 'h_t = a h_{t-1} + b_t over complex numbers, each as two real ones, with the same a at every step.',
    // Larger decays would grow without bound.
    channel: small,
  },
);
