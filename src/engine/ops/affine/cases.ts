// Cases of affine.
import { given, normal, elementShapes, type OpCase } from '../cases.ts';

export const affineCases = (): readonly OpCase<'affine'>[] => [
  ...elementShapes.map((shape) => ({
    name: `affine [${shape.join(', ')}]`,
    attrs: { scale: -1.5, shift: 0.25 },
    inputs: [normal(...shape)],
  })),
  // The search for the first non-finite tensor and the mark of a broken step rely on this.
  {
    name: 'affine by 0 of numbers that are not finite',
    attrs: { scale: 0, shift: 0.25 },
    inputs: [given([1, Infinity, -Infinity, NaN, 0])],
    wanted: [],
  },
];
