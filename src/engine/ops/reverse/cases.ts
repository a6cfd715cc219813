// Cases of reverse.
import { awkwardSequences, normal, type OpCase } from '../cases.ts';

export const reverseCases = (): readonly OpCase<'reverse'>[] =>
  awkwardSequences.map(([b, t, h]): OpCase<'reverse'> => ({
    name: `reverse [${b}, ${t}, ${h}]`,
    attrs: {},
    inputs: [normal(b, t, h)],
  }));
