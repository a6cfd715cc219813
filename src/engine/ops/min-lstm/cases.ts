// Cases of minLstm.
import { given, normal, offZero, overSequences, positive, startOptions, when, wide, type OpCase } from '../cases.ts';

const sequences = () =>
  (['identity', 'g'] as const).flatMap((candidate) =>
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

const saturatedLstm: OpCase<'minLstm'> = {
  name: 'minLstm with saturated gates',
  attrs: { candidate: 'identity', normalised: true, initial: true },
  inputs: [wide(2, 9, 21), normal(2, 7)],
};

/** Both gates are so small that each underflows in float32, but their ratio does not. */
const closedLstm: OpCase<'minLstm'> = {
  name: 'minLstm with closed gates',
  attrs: { candidate: 'identity', normalised: true, initial: true },
  inputs: [given([-120, -119, 0.5, -130, -133, -2], [1, 2, 3]), normal(1, 1)],
};

export const minLstmCases = (): readonly OpCase<'minLstm'>[] => [...sequences(), saturatedLstm, closedLstm];
