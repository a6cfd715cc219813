// Cases of logCumulativeSumExp.
import { awkwardSequences, wide, type OpCase } from '../cases.ts';

export const logCumulativeSumExpCases = (): readonly OpCase<'logCumulativeSumExp'>[] =>
  awkwardSequences.map(([b, t, h]): OpCase<'logCumulativeSumExp'> => ({
    name: `logCumulativeSumExp [${b}, ${t}, ${h}]`,
    attrs: {},
    inputs: [wide(b, t, h)],
  }));
