// Cases of longConvolution: direct sums and transforms of odd and even powers of 2, rows before the result, kernels shorter and longer than the
// sequence, channels that are no multiple of a tile, both directions.
import { normal, small, type OpCase } from '../cases.ts';

const sizes: readonly (readonly [batch: number, rows: number, taps: number, channels: number, results: number])[] = [
  [1, 1, 1, 1, 1],
  [2, 5, 5, 3, 5],
  [2, 7, 4, 5, 3],
  [3, 9, 20, 2, 9],
  [2, 40, 40, 17, 1],
  [1, 64, 64, 3, 64],
  [2, 131, 131, 18, 131],
  [1, 200, 90, 5, 200],
  [3, 260, 300, 2, 260],
  [2, 256, 128, 3, 128],
  [1, 300, 300, 2, 150],
];

export const longConvolutionCases = (): readonly OpCase<'longConvolution'>[] =>
  sizes.flatMap(([b, s, k, c, rows]) =>
    [false, true].map((backwards) => ({
      name: `longConvolution [${b}, ${s}, ${c}] taps ${k}, ${rows} rows${backwards ? ' backwards' : ''}`,
      attrs: { rows, backwards },
      inputs: [normal(b, s, c), small(k, c)],
    })),
  );
