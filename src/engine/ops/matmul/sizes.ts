// The extents of a product, read from its operands.
import { lastOf, rowsOf, showShape, type TensorType } from '../../core/tensor.ts';
import type { OpAttrs } from '../kinds.ts';

type Attrs = OpAttrs['matmul'];

/** M x K times K x N. */
export interface MatmulSizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** The three extents of the product; throws when the inner ones differ. */
export function matmulSizes(a: TensorType, b: TensorType, { transA, transB }: Attrs): MatmulSizes {
  const [rows, inner] = transA ? [lastOf(a.shape), rowsOf(a.shape)] : [rowsOf(a.shape), lastOf(a.shape)];
  const [innerB, columns] = transB ? [lastOf(b.shape), rowsOf(b.shape)] : [rowsOf(b.shape), lastOf(b.shape)];
  if (inner !== innerB) {
    throw new Error(
      `matmul: inner extents must agree, got ${inner} of a ${showShape(a.shape)}${transA ? ' transposed' : ''} ` +
        `and ${innerB} of b ${showShape(b.shape)}${transB ? ' transposed' : ''}`,
    );
  }
  return { rows, inner, columns };
}
