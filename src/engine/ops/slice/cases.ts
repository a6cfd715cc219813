// Cases of slice and pad.
import { normal, type OpCase } from '../cases.ts';

const axes = [0, 1, 2];

export const sliceCases = (): readonly OpCase<'slice'>[] =>
  axes.map((axis): OpCase<'slice'> => ({
    name: `slice axis ${axis}`,
    attrs: { axis, start: 1, length: 2 },
    inputs: [normal(3, 5, 7)],
  }));

export const padCases = (): readonly OpCase<'pad'>[] =>
  axes.map((axis): OpCase<'pad'> => ({
    name: `pad axis ${axis}`,
    attrs: { axis, start: 2, size: 9 },
    inputs: [normal(3, 5, 7)],
  }));
