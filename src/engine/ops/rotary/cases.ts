// Cases of rotary: both pairings, heads side by side, columns that stay, odd widths, positions far from 0, and back.
import { normal, type OpCase } from '../cases.ts';

interface Sizes {
  readonly shape: readonly [batch: number, time: number, columns: number];
  readonly width: number;
  readonly columns: number;
  readonly offset?: number;
}

const sizes: readonly Sizes[] = [
  { shape: [1, 1, 2], width: 2, columns: 2 },
  { shape: [2, 5, 12], width: 4, columns: 8 },
  { shape: [1, 3, 7], width: 3, columns: 6, offset: 2 },
  { shape: [1, 70, 40], width: 20, columns: 40, offset: 100 },
  { shape: [1, 4, 68], width: 34, columns: 34, offset: 16_000 },
  { shape: [3, 2, 1], width: 1, columns: 1 },
];

export const rotaryCases = (): readonly OpCase<'rotary'>[] =>
  sizes.flatMap(({ shape, width, columns, offset = 0 }, i) =>
    [false, true].map((halves): OpCase<'rotary'> => ({
      name: `rotary [${shape.join(', ')}], heads of ${width}, ${columns} columns from ${offset}${halves ? ', halves' : ''}`,
      attrs: { width, columns, offset, base: 10_000, halves, inverse: halves === (i % 2 === 0) },
      inputs: [normal(...shape)],
    })),
  );
