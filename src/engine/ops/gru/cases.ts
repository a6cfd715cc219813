// Cases of gru.
import { cellSequences, normal, overSequences, small, when, type OpCase } from '../cases.ts';

export const gruCases = (): readonly OpCase<'gru'>[] =>
  overSequences<'gru'>(
    (b, t, h, initial) => ({
      attrs: { initial },
      inputs: [normal(b, t, 3 * h), small(3 * h, h), normal(3 * h), ...when(initial, normal(b, h))],
      differentiable: [0],
    }),
    'gru',
    cellSequences,
  );
