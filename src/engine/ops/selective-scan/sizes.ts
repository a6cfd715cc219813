// Sizes and attributes of the selective scan that its shape rule and all kernels share.
import type { TensorType } from '../../core/tensor.ts';

/** Steps of a chunk: the states at its beginning are kept, those within are computed again by the gradient. */
export const CHUNK = 16;

export interface SelectiveAttrs {
  /** Starts from given states. */
  readonly initial: boolean;
}

export interface SelectiveGradAttrs extends SelectiveAttrs {
  /** The states after the last step have a gradient. */
  readonly final: boolean;
}

export interface SelectiveSizes {
  readonly B: number;
  readonly T: number;
  readonly D: number;
  readonly N: number;
  /** Chunks. */
  readonly K: number;
}

/** From x [B, T, 2D] and bc [B, T, 2N]. */
export function selectiveSizes(x: TensorType, bc: TensorType): SelectiveSizes {
  const [B = 1, T = 1, both = 2] = x.shape;
  return { B, T, D: both / 2, N: (bc.shape[2] ?? 2) / 2, K: Math.ceil(T / CHUNK) };
}
