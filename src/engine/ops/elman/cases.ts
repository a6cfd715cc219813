// Cases of elman.
import { cellSequences, normal, overSequences, small, when, type OpCase } from '../cases.ts';

export const elmanCases = (): readonly OpCase<'elman'>[] =>
  overSequences<'elman'>(
    (b, t, h, initial) => ({
      attrs: { initial },
      inputs: [normal(b, t, h), small(h, h), ...when(initial, normal(b, h))],
    }),
    'elman',
    cellSequences,
  );
