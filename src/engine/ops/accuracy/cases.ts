// Cases of accuracy.
import { given, givenIntegers, ids, normal, targets, type OpCase } from '../cases.ts';

export const accuracyCases = (): readonly OpCase<'accuracy'>[] => [
  { name: 'accuracy', attrs: {}, inputs: [normal(2, 65, 5), targets(5, 2, 65)] },
  {
    name: 'accuracy with ties',
    attrs: {},
    inputs: [given([1, 1, 0, 2, 3, 3, 5, 5, 5], [3, 3]), givenIntegers(0, 2, 0)],
  },
  {
    name: 'accuracy of rows with something that is not a number',
    attrs: {},
    inputs: [given([NaN, 1, 2, 1, NaN, 2, 1, 2, NaN, 3, 1, 2], [4, 3]), givenIntegers(0, 2, 1, 0)],
  },
  { name: 'accuracy of one row', attrs: {}, inputs: [normal(1, 33), ids(33, 1)] },
];
