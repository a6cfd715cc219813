// Cases of slstm: awkward sequences with one head, several heads, gates that are saturated, and starts from a state and from nothing.
import { cellSequences, normal, overSequences, small, wide, when, type OpCase } from '../cases.ts';

const heads: readonly (readonly [batch: number, time: number, heads: number, size: number])[] = [
  [2, 3, 2, 1],
  [3, 5, 3, 5],
  [43, 2, 2, 3],
  [2, 4, 4, 17],
];

export const slstmCases = (): readonly OpCase<'slstm'>[] => [
  ...overSequences<'slstm'>(
    (b, t, h, initial) => ({
      attrs: { initial },
      inputs: [normal(b, t, 4 * h), small(1, 4 * h, h), ...when(initial, normal(b, h), normal(b, 2 * h))],
      differentiable: [0, 1],
    }),
    'slstm',
    cellSequences,
  ),
  ...heads.flatMap(([b, t, n, e]) =>
    [true, false].map((initial) => ({
      name: `slstm [${b}, ${t}, ${n} heads of ${e}]${initial ? ' from a state' : ''}`,
      attrs: { initial },
      inputs: [normal(b, t, 4 * n * e), small(n, 4 * e, e), ...when(initial, normal(b, n * e), normal(b, 2 * n * e))],
      differentiable: [0, 1],
    })),
  ),
  {
    name: 'slstm [2, 6, 5], saturated gates',
    attrs: { initial: true },
    inputs: [wide(2, 6, 20), small(1, 20, 5), normal(2, 5), wide(2, 10)],
    differentiable: [0, 1],
  },
];
