// Extents of a long convolution, where its rows stand, and whether it is computed by a transform. Independent of devices.
import type { TensorType } from '../../core/tensor.ts';

export interface LongConvolutionAttrs {
  /** Rows of the result: the last ones of x, or the first ones if it looks ahead. */
  readonly rows: number;
  /** Looks ahead instead of back. */
  readonly backwards: boolean;
}

export interface LongSizes {
  readonly B: number;
  /** Rows of x, of the kernel and of the result. */
  readonly S: number;
  readonly K: number;
  readonly T: number;
  readonly C: number;
  /** Taps that reach any row. */
  readonly taps: number;
  /** Row r of y reads row r + shift + direction * l of x with tap l. */
  readonly shift: number;
  readonly direction: 1 | -1;
}

export function longSizes(x: TensorType, kernel: TensorType, { rows, backwards }: LongConvolutionAttrs): LongSizes {
  const [B = 1, S = 1, C = 1] = x.shape;
  const [K = 1] = kernel.shape;
  const place = backwards ? ({ shift: 0, direction: 1 } as const) : ({ shift: S - rows, direction: -1 } as const);
  return { B, S, K, T: rows, C, taps: Math.min(K, S), ...place };
}

/**
 * Complex numbers of the transform, a power of 2. A row at p is the real part of number p, and one at n + p its imaginary part; what wraps
 * around must miss the rows that are wanted.
 */
export function transformLength({ S, T, taps }: LongSizes): number {
  let n = 2;
  while (2 * n < Math.max(S, taps + T - 1)) n *= 2;
  return n;
}

/** Multiplications of the direct sum for a number of the transform from which on the transform is faster. */
const WORTH = 64;

/** Whether the transform takes less time than the sum. */
export const isTransformed = (sizes: LongSizes): boolean => sizes.T * sizes.taps >= WORTH * transformLength(sizes);
