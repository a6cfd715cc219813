// Cases of minGru.
import { normal, offZero, overSequences, positive, when, wide, type OpCase } from '../cases.ts';

const sequences = () =>
  (['identity', 'g'] as const).flatMap((candidate) =>
    overSequences<'minGru'>(
      (b, t, h, initial) => ({
        attrs: { candidate, initial },
        inputs: [offZero(b, t, 2 * h), ...when(initial, positive(b, h))],
      }),
      `minGru ${candidate}`,
    ),
  );

const saturated: OpCase<'minGru'> = {
  name: 'minGru with saturated gates',
  attrs: { candidate: 'identity', initial: true },
  inputs: [wide(2, 9, 14), normal(2, 7)],
};

export const minGruCases = (): readonly OpCase<'minGru'>[] => [...sequences(), saturated];
