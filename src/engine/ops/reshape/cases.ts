// Cases of reshape.
import { normal, type OpCase } from '../cases.ts';

export const reshapeCases = (): readonly OpCase<'reshape'>[] => [
  { name: 'reshape to matrix', attrs: { shape: [6, 5] }, inputs: [normal(2, 3, 5)] },
  { name: 'reshape to scalar', attrs: { shape: [] }, inputs: [normal(1, 1)] },
];
