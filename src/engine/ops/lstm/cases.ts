// Cases of lstm.
import { cellSequences, normal, overSequences, small, when, type OpCase } from '../cases.ts';

export const lstmCases = (): readonly OpCase<'lstm'>[] =>
  overSequences<'lstm'>(
    (b, t, h, initial) => ({
      attrs: { initial },
      inputs: [normal(b, t, 4 * h), small(4 * h, h), ...when(initial, normal(b, h), normal(b, h))],
      differentiable: [0, 1],
    }),
    'lstm',
    cellSequences,
  );
