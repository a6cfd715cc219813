// Cases of ops over time, with and without an initial state, for every awkward [B, T, H].
import type { OpKind } from '../ops/kinds.ts';
import {
  awkwardSequences,
  given,
  normal,
  offZero,
  positive,
  small,
  unit,
  wide,
  type CaseInput,
  type OpCase,
} from './cases.ts';

const startOptions = [false, true];

/** One case for each awkward sequence, with and without an initial state. */
function overSequences<K extends OpKind>(
  make: (batch: number, time: number, width: number, initial: boolean) => Omit<OpCase<K>, 'name'>,
  title: string,
  sequences: typeof awkwardSequences = awkwardSequences,
): OpCase<K>[] {
  return sequences.flatMap(([batch, time, width]) =>
    startOptions.map((initial) => ({
      name: `${title} [${batch}, ${time}, ${width}]${initial ? ' from a state' : ''}`,
      ...make(batch, time, width, initial),
    })),
  );
}

/** For cells with a matrix: one more, wider than the block of a packed product. */
const cellSequences = [...awkwardSequences, [2, 2, 259] as const];

const when = (present: boolean, ...inputs: CaseInput[]): CaseInput[] => (present ? inputs : []);

const minGruCases = (['identity', 'g'] as const).flatMap((candidate) =>
  overSequences<'minGru'>(
    (b, t, h, initial) => ({
      attrs: { candidate, initial },
      inputs: [offZero(b, t, 2 * h), ...when(initial, positive(b, h))],
    }),
    `minGru ${candidate}`,
  ),
);

const minLstmCases = (['identity', 'g'] as const).flatMap((candidate) =>
  startOptions.flatMap((normalised) =>
    overSequences<'minLstm'>(
      (b, t, h, initial) => ({
        attrs: { candidate, normalised, initial },
        inputs: [offZero(b, t, 3 * h), ...when(initial, positive(b, h))],
      }),
      `minLstm ${candidate}${normalised ? ' normalised' : ''}`,
    ),
  ),
);

const saturated: OpCase<'minGru'> = {
  name: 'minGru with saturated gates',
  attrs: { candidate: 'identity', initial: true },
  inputs: [wide(2, 9, 14), normal(2, 7)],
};

const saturatedLstm: OpCase<'minLstm'> = {
  name: 'minLstm with saturated gates',
  attrs: { candidate: 'identity', normalised: true, initial: true },
  inputs: [wide(2, 9, 21), normal(2, 7)],
};

/** Both gates closed so far that each underflows in float32; their ratio does not. */
const closedLstm: OpCase<'minLstm'> = {
  name: 'minLstm with closed gates',
  attrs: { candidate: 'identity', normalised: true, initial: true },
  inputs: [given([-120, -119, 0.5, -130, -133, -2], [1, 2, 3]), normal(1, 1)],
};

function causalConvCases(): OpCase<'causalConv'>[] {
  const shapes: readonly (readonly [batch: number, time: number, channels: number, taps: number])[] = [
    [1, 1, 1, 1],
    [2, 5, 3, 4],
    [1, 2, 5, 4],
    [3, 63, 7, 3],
    [1, 65, 33, 2],
    [2, 4, 9, 7],
  ];
  return shapes.flatMap(([b, t, c, k]) =>
    startOptions
      .filter((context) => !context || k > 1)
      .map((context) => ({
        name: `causalConv [${b}, ${t}, ${c}] taps ${k}${context ? ' with context' : ''}`,
        attrs: { context },
        inputs: [normal(b, t, c), normal(c, k), normal(c), ...when(context, normal(b, k - 1, c))],
      })),
  );
}

export const sequenceCases = {
  causalConv: causalConvCases(),
  linearScan: overSequences<'linearScan'>(
    (b, t, h, initial) => ({
      attrs: { initial },
      inputs: [unit(b, t, h), normal(b, t, h), ...when(initial, normal(b, h))],
    }),
    'linearScan',
  ),
  cumulativeSum: awkwardSequences.flatMap(([b, t, h]) =>
    startOptions.map((reverse): OpCase<'cumulativeSum'> => ({
      name: `cumulativeSum [${b}, ${t}, ${h}]${reverse ? ' reverse' : ''}`,
      attrs: { reverse },
      inputs: [normal(b, t, h)],
    })),
  ),
  logCumulativeSumExp: awkwardSequences.map(([b, t, h]): OpCase<'logCumulativeSumExp'> => ({
    name: `logCumulativeSumExp [${b}, ${t}, ${h}]`,
    attrs: {},
    inputs: [wide(b, t, h)],
  })),
  minGru: [...minGruCases, saturated],
  minLstm: [...minLstmCases, saturatedLstm, closedLstm],
  gru: overSequences<'gru'>(
    (b, t, h, initial) => ({
      attrs: { initial },
      inputs: [normal(b, t, 3 * h), small(3 * h, h), normal(3 * h), ...when(initial, normal(b, h))],
      differentiable: [0],
    }),
    'gru',
    cellSequences,
  ),
  lstm: overSequences<'lstm'>(
    (b, t, h, initial) => ({
      attrs: { initial },
      inputs: [normal(b, t, 4 * h), small(4 * h, h), ...when(initial, normal(b, h), normal(b, h))],
      differentiable: [0, 1],
    }),
    'lstm',
    cellSequences,
  ),
  elman: overSequences<'elman'>(
    (b, t, h, initial) => ({
      attrs: { initial },
      inputs: [normal(b, t, h), small(h, h), ...when(initial, normal(b, h))],
    }),
    'elman',
    cellSequences,
  ),
};
