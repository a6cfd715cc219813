// Cases of layerNorm.
import { normal, rowShapes, type OpCase } from '../cases.ts';

export const layerNormCases = (): readonly OpCase<'layerNorm'>[] =>
  rowShapes.map((shape) => ({
    name: `layerNorm [${shape.join(', ')}]`,
    attrs: { eps: 1e-5 },
    inputs: [normal(...shape), normal(shape[shape.length - 1]), normal(shape[shape.length - 1])],
    differentiable: [0],
  }));
