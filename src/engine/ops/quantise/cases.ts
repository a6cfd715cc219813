// Cases of quantise: numbers that lie apart from the middle between two levels, where the last bit would decide.
import { rowShapes, type CaseInput, type OpCase } from '../cases.ts';

/** Steps of 1/64 up to 127/64, the first of each row, and a quarter of a step around them. */
const levels = (...shape: number[]): CaseInput => ({
  type: { shape, dtype: 'f32' },
  draw: (stream, i) => {
    const step = stream.below(253) - 126 + 0.5 * (stream.uniform() - 0.5);
    return i % (shape[shape.length - 1] ?? 1) === 0 ? 127 / 64 : step / 64;
  },
});

/** Some small, some large, of both signs. */
const twoSizes = (...shape: number[]): CaseInput => ({
  type: { shape, dtype: 'f32' },
  draw: (stream) => {
    const size = stream.uniform() < 0.5 ? 0.08 + 0.02 * stream.uniform() : 1 + 0.2 * stream.uniform();
    return stream.uniform() < 0.5 ? size : -size;
  },
});

/** Differences see steps, not the gradient that passes through. */
const wanted: readonly number[] = [];

export const quantiseCases = (): readonly OpCase<'quantise'>[] =>
  rowShapes.flatMap((shape) => [
    { name: `quantise to int8 [${shape.join(', ')}]`, attrs: { to: 'int8' }, inputs: [levels(...shape)], wanted },
    {
      name: `quantise to ternary [${shape.join(', ')}]`,
      attrs: { to: 'ternary' },
      inputs: [twoSizes(...shape)],
      wanted,
    },
  ]);
