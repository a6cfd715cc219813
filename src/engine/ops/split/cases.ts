// Cases of split and concat.
import { normal, type OpCase } from '../cases.ts';

export const splitCases = (): readonly OpCase<'split'>[] => [
  { name: 'split axis 2', attrs: { axis: 2, sizes: [1, 4, 2] }, inputs: [normal(3, 5, 7)] },
  { name: 'split axis 0', attrs: { axis: 0, sizes: [2, 1] }, inputs: [normal(3, 5, 7)] },
  {
    name: 'split axis 1, one loss',
    attrs: { axis: 1, sizes: [2, 3] },
    inputs: [normal(3, 5, 7)],
    differentiable: [1],
  },
  { name: 'split whole', attrs: { axis: 0, sizes: [4] }, inputs: [normal(4)] },
];

export const concatCases = (): readonly OpCase<'concat'>[] => [
  { name: 'concat axis 1', attrs: { axis: 1 }, inputs: [normal(2, 3), normal(2, 1), normal(2, 65)] },
  { name: 'concat axis 0', attrs: { axis: 0 }, inputs: [normal(1, 5), normal(3, 5)] },
  { name: 'concat of one', attrs: { axis: 0 }, inputs: [normal(5)] },
];
