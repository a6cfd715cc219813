// Extents of one step of attention over a cache. Independent of devices.
import type { TensorType } from '../../core/tensor.ts';

export interface AttentionStepAttrs {
  readonly heads: number;
  /** Width of a query and a key of one head. */
  readonly keyWidth: number;
  /** Factor of every score. */
  readonly scale: number;
  /** Of rotary positions, in pairs (2i, 2i + 1); 0 = queries and keys are not turned. */
  readonly base: number;
}

export interface AttentionStepSizes {
  readonly B: number;
  /** Rows of the cache. */
  readonly P: number;
  readonly heads: number;
  readonly keyWidth: number;
  readonly valueWidth: number;
  /** Columns of qkv, and of the cache. */
  readonly N: number;
  readonly M: number;
  /** Pairs of a head that are turned. */
  readonly pairs: number;
}

/** Of qkv [B, heads (2 keyWidth + valueWidth)] and cache [B, P, heads (keyWidth + valueWidth)]. */
export function attentionStepSizes(
  qkv: TensorType,
  cache: TensorType,
  { heads, keyWidth, base }: AttentionStepAttrs,
): AttentionStepSizes {
  const [B = 1, N = 1] = qkv.shape;
  const pairs = base === 0 ? 0 : Math.floor(keyWidth / 2);
  const P = cache.shape[1] ?? 1;
  return { B, P, heads, keyWidth, valueWidth: N / heads - 2 * keyWidth, N, M: N - heads * keyWidth, pairs };
}

/** Turn of pair `i` from one position to the next, in radians. */
export const turnOf = ({ base, keyWidth }: AttentionStepAttrs, i: number): number => base ** ((-2 * i) / keyWidth);
