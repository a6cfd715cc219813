// hgrnComplex: the complex cell of HGRN (Qin et al. 2023), as published: a real forget gate above a bound, and a rotation a channel.
import { defineCell, type Cell } from '../../kernel/cell.ts';
import { fma, mul, sigmoid, silu, sub } from '../../kernel/expr.ts';
import { small } from '../cases.ts';
import { hgrnComplexGradReference, hgrnComplexReference } from './reference.ts';

export const hgrnComplex: Cell<'hgrnComplex'> = defineCell(
  'hgrnComplex',
  {
    sequence: 'u',
    parts: ['i_re', 'i_im', 'f'],
    channels: ['bound', 'cos', 'sin'],
    state: 'h',
    states: ['re', 'im'],
    step: ({ i_re, i_im, f, bound, cos, sin, re, im }) => {
      const keep = fma(sub(1, bound), sigmoid(f), bound);
      const [addedRe, addedIm] = [silu(i_re), silu(i_im)];
      return {
        re: fma(keep, sub(sub(mul(cos, re), mul(sin, im)), addedRe), addedRe),
        im: fma(keep, sub(fma(cos, im, mul(sin, re)), addedIm), addedIm),
      };
    },
  },
  {
    forward: hgrnComplexReference,
    backward: hgrnComplexGradReference,
    meaning:
      'keep = bound + (1 - bound) sigmoid(f), h_t = keep (cos + i sin) h_{t-1} + (1 - keep) (silu(i_re) + i silu(i_im)).',
    // Numbers that are no rotation may grow without bound.
    channel: small,
  },
);
