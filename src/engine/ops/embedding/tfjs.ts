// embedding and embeddingGrad on the tensorflow device. Ids outside the table are clamped: gather would throw there.
import type { OpAttrs } from '../kinds.ts';
import type { TfContext, TfKernel, TfTensor } from '../tfjs-kernel.ts';

const clamped = ({ tf, integer }: TfContext, ids: TfTensor, rows: number): TfTensor =>
  tf.minimum(tf.maximum(tf.reshape(ids, [-1]), integer(0)), integer(rows - 1));

export const embeddingTfjs: TfKernel<OpAttrs['embedding']> = (c, [ids, table], _attrs, [type]) => [
  c.tf.reshape(c.tf.gather(table, clamped(c, ids, table.shape[0])), type.shape),
];

export const embeddingGradTfjs: TfKernel<OpAttrs['embeddingGrad']> = (c, [ids, dy], { rows }, [type]) => {
  const matrix = c.tf.reshape(dy, [-1, type.shape[1]]);
  return [c.segmentSum(matrix, clamped(c, ids, rows), rows)];
};
