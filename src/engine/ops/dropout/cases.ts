// Cases of dropout: parts of a batch get the same mask as the whole.
import { givenIntegers, normal, wide, type OpCase } from '../cases.ts';

export const dropoutCases = (): readonly OpCase<'dropout'>[] => [
  { name: 'dropout', attrs: { rate: 0.3, stream: 77 }, inputs: [wide(3, 65), givenIntegers(1, 0, 5, 0, 0)] },
  { name: 'dropout off', attrs: { rate: 0, stream: 1 }, inputs: [normal(7), givenIntegers(-9, 3, -1, 2, 0)] },
  {
    name: 'dropout of a later step',
    attrs: { rate: 0.75, stream: 0xffffffff },
    inputs: [normal(2, 5, 33), givenIntegers(-2, 7, 100000, 1, 0)],
  },
  ...[1, 2, 3].map((first): OpCase<'dropout'> => ({
    name: `dropout of a part that begins with sample ${first}, within a block`,
    attrs: { rate: 0.4, stream: 5 },
    inputs: [wide(3, 5, 333), givenIntegers(3, 0, 9, 0, first)],
  })),
  {
    name: 'dropout of a sample far into a batch',
    attrs: { rate: 0.4, stream: 5 },
    inputs: [wide(2, 65), givenIntegers(3, 0, 9, 0, 2_100_000_001)],
  },
  { name: 'dropout of one', attrs: { rate: 0.5, stream: 3 }, inputs: [normal(1), givenIntegers(0, 0, 0, 0, 0)] },
];
