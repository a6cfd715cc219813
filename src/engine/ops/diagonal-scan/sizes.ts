// Sizes and attributes of the diagonal scan that its shape rule and all kernels share.
import type { TensorType } from '../../core/tensor.ts';

/** Steps of a chunk: the states at its beginning are kept, those within are computed again by the gradient. */
export const CHUNK = 64;

export interface DiagonalAttrs {
  /** Starts from given states. */
  readonly initial: boolean;
}

export interface DiagonalGradAttrs extends DiagonalAttrs {
  /** The states after the last step have a gradient. */
  readonly final: boolean;
}

export interface DiagonalSizes {
  readonly B: number;
  readonly T: number;
  readonly H: number;
  readonly N: number;
  /** Chunks. */
  readonly K: number;
}

/** From u [B, T, H] and system [H, 6N + 1]. */
export function diagonalSizes(u: TensorType, system: TensorType): DiagonalSizes {
  const [B = 1, T = 1, H = 1] = u.shape;
  return { B, T, H, N: ((system.shape[1] ?? 7) - 1) / 6, K: Math.ceil(T / CHUNK) };
}
