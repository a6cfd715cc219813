// Extents of the blocks of a matrix. Independent of devices.
import type { Shape } from '../../core/tensor.ts';

export interface Blocks {
  readonly G: number;
  /** Rows and columns of a block. */
  readonly O: number;
  readonly I: number;
}

export function blocksOf({ shape: [G = 1, O = 1, I = 1] }: { readonly shape: Shape }): Blocks {
  return { G, O, I };
}
