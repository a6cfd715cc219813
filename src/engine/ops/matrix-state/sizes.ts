// Extents of a matrix state: heads side by side in the columns of queries, keys and values. Independent of devices.
import { lastOf, type TensorType } from '../../core/tensor.ts';

export interface MatrixStateAttrs {
  readonly heads: number;
  /** Whether logarithms of what is kept are given: none, one a head, or one a key. */
  readonly decay: 'none' | 'head' | 'key';
  /** A column of ones stands behind the values of each head: the sum of its keys. */
  readonly sums: boolean;
  /** Matrices from before the sequence are given. */
  readonly initial: boolean;
}

export interface MatrixStateSizes {
  readonly B: number;
  readonly T: number;
  readonly heads: number;
  readonly dk: number;
  readonly dv: number;
  /** Columns of a matrix: dv, and one for the sum. */
  readonly columns: number;
}

/** Of q [B, T, heads dk] and v [B, T, heads dv]. */
export function matrixStateSizes(q: TensorType, v: TensorType, { heads, sums }: MatrixStateAttrs): MatrixStateSizes {
  const [B = 1, T = 1] = q.shape;
  const dv = lastOf(v.shape) / heads;
  return { B, T, heads, dk: lastOf(q.shape) / heads, dv, columns: dv + (sums ? 1 : 0) };
}

/** Columns of decays. */
export const decayColumns = ({ heads, dk }: MatrixStateSizes, { decay }: MatrixStateAttrs): number =>
  decay === 'key' ? heads * dk : heads;

/** Operands that are there, in their order. */
export const present = <T>(attrs: MatrixStateAttrs, decay: T, start: T): readonly T[] => [
  ...(attrs.decay === 'none' ? [] : [decay]),
  ...(attrs.initial ? [start] : []),
];
