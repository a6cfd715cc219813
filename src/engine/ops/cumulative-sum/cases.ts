// Cases of cumulativeSum.
import { awkwardSequences, normal, startOptions, type OpCase } from '../cases.ts';

export const cumulativeSumCases = (): readonly OpCase<'cumulativeSum'>[] =>
  awkwardSequences.flatMap(([b, t, h]) =>
    startOptions.map((reverse): OpCase<'cumulativeSum'> => ({
      name: `cumulativeSum [${b}, ${t}, ${h}]${reverse ? ' reverse' : ''}`,
      attrs: { reverse },
      inputs: [normal(b, t, h)],
    })),
  );
