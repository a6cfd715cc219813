// Cases of meanSquaredError.
import { sizeOf } from '../../core/tensor.ts';
import { mask, normal, positive, type OpCase } from '../cases.ts';

export const meanSquaredErrorCases = (): readonly OpCase<'meanSquaredError'>[] =>
  [[1], [7], [2, 65, 3]].map((shape): OpCase<'meanSquaredError'> => ({
    name: `meanSquaredError [${shape.join(', ')}]`,
    attrs: {},
    inputs: [normal(...shape), normal(...shape), sizeOf(shape) === 1 ? positive(1) : mask(...shape)],
    differentiable: [0],
    wanted: [0],
  }));
