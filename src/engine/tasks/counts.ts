// Counters by token.
import { itemAt } from '../core/item.ts';

export function addOne(counts: Float64Array | Int32Array, at: number): void {
  counts[at] = itemAt(counts, at) + 1;
}
