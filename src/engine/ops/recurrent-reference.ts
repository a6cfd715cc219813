// The two products that every cell with a recurrent matrix needs, as float64 loops. Independent of cells.
import type { ReferenceTensor } from './reference-kernel.ts';

/** sum_k weight[row, k] state[k], for weight [rows, H] and one state row of H. */
export function rowTimes(weight: ReferenceTensor, row: number, state: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < state.length; k++) sum += weight.data[row * state.length + k] * state[k];
  return sum;
}

/** dstate += W^T dpre and dweight += dpre state^T, for one step of one sample. */
export function backThroughWeight(
  weight: ReferenceTensor,
  dweight: ReferenceTensor,
  dpre: Float64Array,
  state: Float64Array,
  dstate: Float64Array,
): void {
  for (let row = 0; row < dpre.length; row++) {
    for (let k = 0; k < state.length; k++) {
      dstate[k] += weight.data[row * state.length + k] * dpre[row];
      dweight.data[row * state.length + k] += dpre[row] * state[k];
    }
  }
}

/** State row before step t of sample n: the step before in h [B, T, H], or the initial state, or zeros. */
export function stateBefore(
  h: ReferenceTensor,
  initial: ReferenceTensor | undefined,
  n: number,
  t: number,
): Float64Array {
  const [, time, width] = h.shape;
  if (t > 0) return h.data.subarray((n * time + t - 1) * width, (n * time + t) * width);
  return initial ? initial.data.subarray(n * width, (n + 1) * width) : new Float64Array(width);
}
