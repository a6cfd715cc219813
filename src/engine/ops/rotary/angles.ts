// The angles of rotary positions: pair i of a head turns by position * base^(-2i/d). Independent of devices.
import type { TensorType } from '../../core/tensor.ts';

export interface RotaryAttrs {
  /** Numbers that a head has. */
  readonly width: number;
  /** Columns that are turned, from the first one on; the others stay. A multiple of the width of a head. */
  readonly columns: number;
  /** Position of the first row. */
  readonly offset: number;
  readonly base: number;
  /** Pairs (i, i + width / 2) instead of (2i, 2i + 1). */
  readonly halves: boolean;
  /** Turns back. */
  readonly inverse: boolean;
}

export interface RotarySizes {
  readonly B: number;
  readonly rows: number;
  readonly T: number;
  readonly N: number;
  readonly pairs: number;
  readonly heads: number;
}

export function rotarySizes(
  { shape: [B = 1, T = 1, N = 1] }: TensorType,
  { width, columns }: RotaryAttrs,
): RotarySizes {
  return { B, rows: B * T, T, N, pairs: Math.floor(width / 2), heads: columns / width };
}

/** Turn of pair `i` from one position to the next, in radians. */
export const angleOf = ({ base, width }: RotaryAttrs, i: number): number => base ** ((-2 * i) / width);

/** Columns of the two numbers of pair `i` within a head. */
export const pairAt = ({ halves, width }: RotaryAttrs, i: number): readonly [number, number] =>
  halves ? [i, i + Math.floor(width / 2)] : [2 * i, 2 * i + 1];
