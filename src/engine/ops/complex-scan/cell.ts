// complexScan: h = a h + b over complex numbers, each as two real ones: what diagonal state spaces are made of.
import { defineCell, type Cell } from '../../kernel/cell.ts';
import { add, fma, mul, sub } from '../../kernel/expr.ts';
import { small } from '../cases.ts';
import { complexScanGradReference, complexScanReference } from './reference.ts';

export const complexScan: Cell<'complexScan'> = defineCell(
  'complexScan',
  {
    sequence: 'u',
    parts: ['a_re', 'a_im', 'b_re', 'b_im'],
    channels: [],
    state: 'h',
    states: ['re', 'im'],
    step: ({ a_re, a_im, b_re, b_im, re, im }) => ({
      re: fma(a_re, re, sub(b_re, mul(a_im, im))),
      im: fma(a_re, im, add(b_im, mul(a_im, re))),
    }),
  },
  {
    forward: complexScanReference,
    backward: complexScanGradReference,
    meaning: 'h_t = a_t h_{t-1} + b_t over complex numbers, each as two real ones.',
    // Larger decays would grow without bound.
    sequence: small,
  },
);
