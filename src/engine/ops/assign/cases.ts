// Cases of assign and accumulate.
import { given, normal, updateShapes, type OpCase } from '../cases.ts';

export const assignCases = (): readonly OpCase<'assign'>[] =>
  updateShapes.map((shape): OpCase<'assign'> => ({
    name: `assign [${shape.join(', ')}]`,
    attrs: {},
    inputs: [normal(...shape), normal(...shape)],
  }));

export const accumulateCases = (): readonly OpCase<'accumulate'>[] =>
  updateShapes.map((shape): OpCase<'accumulate'> => ({
    name: `accumulate [${shape.join(', ')}]`,
    attrs: {},
    inputs: [normal(...shape), normal(...shape), given([0.25], [])],
  }));
