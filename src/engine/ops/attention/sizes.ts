// Extents of attention: heads side by side in the columns, queries | keys | values. Independent of devices.
import type { TensorType } from '../../core/tensor.ts';

export interface AttentionAttrs {
  readonly heads: number;
  /** Width of a query and a key of one head. */
  readonly keyWidth: number;
  /** Factor of every score. */
  readonly scale: number;
  /** Keys and values from before the sequence are given. */
  readonly past: boolean;
  /** What a score becomes: a share by softmax, or relu(score)^2 / the number of rows that the query sees. */
  readonly shares: 'softmax' | 'squaredRelu';
}

export interface AttentionSizes {
  readonly B: number;
  readonly T: number;
  /** Rows before the sequence, 0 where none are given. */
  readonly P: number;
  readonly heads: number;
  readonly keyWidth: number;
  readonly valueWidth: number;
  /** Columns of qkv. */
  readonly N: number;
}

/** Of qkv [B, T, heads (2 keyWidth + valueWidth)] and past [B, P, heads (keyWidth + valueWidth)]. */
export function attentionSizes(
  qkv: TensorType,
  past: TensorType | undefined,
  { heads, keyWidth }: AttentionAttrs,
): AttentionSizes {
  const [B = 1, T = 1, N = 1] = qkv.shape;
  return { B, T, N, P: past?.shape[1] ?? 0, heads, keyWidth, valueWidth: N / heads - 2 * keyWidth };
}

/** Pairs of a query and a key that it sees: itself and all before it, or as many rows as the past has. */
export const seenPairs = ({ B, T, P, heads }: AttentionSizes): number =>
  B * heads * (P > 0 ? T * P : (T * (T + 1)) / 2);
