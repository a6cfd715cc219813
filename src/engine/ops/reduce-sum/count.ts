// How many elements a sum takes together.
import { lastOf, rowsOf, sizeOf, type TensorType } from '../../core/tensor.ts';
import type { OpAttrs } from '../kinds.ts';

type Attrs = OpAttrs['reduceSum'];

/** How many elements end in one sum. */
export function summedCount(x: TensorType, over: Attrs['over']): number {
  if (over === 'rows') return rowsOf(x.shape);
  return over === 'last' ? lastOf(x.shape) : sizeOf(x.shape);
}
