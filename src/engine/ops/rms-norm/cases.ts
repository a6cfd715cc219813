// Cases of rmsNorm.
import { normal, rowShapes, type OpCase } from '../cases.ts';

/** With width one, y is nearly the sign of x, and its gradient comes from eps alone. */
export const rmsNormCases = (): readonly OpCase<'rmsNorm'>[] =>
  rowShapes.map((shape) => ({
    name: `rmsNorm [${shape.join(', ')}]`,
    attrs: { eps: 1e-6 },
    inputs: [normal(...shape), normal(shape[shape.length - 1])],
    differentiable: [0],
  }));
