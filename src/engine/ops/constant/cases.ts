// Cases of constant.
import { elementShapes, type OpCase } from '../cases.ts';

export const constantCases = (): readonly OpCase<'constant'>[] =>
  elementShapes.map((shape) => ({
    name: `constant [${shape.join(', ')}]`,
    attrs: { shape, value: -1.5 },
    inputs: [],
  }));
