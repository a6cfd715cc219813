// Lowerings of softmaxCrossEntropy and its gradient.
import { lastOf, rowsOf } from '../../core/tensor.ts';
import { operand, pieces, real, whole, type Lowering } from '../../plan/lowering.ts';
import type { OpAttrs } from '../kinds.ts';

/** Rows of one partial sum of a loss: at most 64 partials, fixed by the shape. */
export const lossChunk = (rows: number): number => Math.max(16, Math.ceil(rows / 64));

export const softmaxCrossEntropyCpu: Lowering<OpAttrs['softmaxCrossEntropy']> = (table, attrs) => {
  const logits = operand(table.inputs, 0);
  const targets = operand(table.inputs, 1);
  const [loss, lse, count] = [0, 1, 2].map((i) => operand(table.outputs, i));
  const V = lastOf(logits.type.shape);
  const rows = rowsOf(logits.type.shape);
  const chunk = lossChunk(rows);
  const n = Math.ceil(rows / chunk);
  const partials = table.workspace(n * 16);
  table.emit({
    kernel: 'crossEntropy',
    units: n,
    args: [logits, targets, lse, partials, rows, V, chunk, real(attrs.labelSmoothing)],
    reads: [pieces(logits, chunk * V * 4), pieces(targets, chunk * 4)],
    writes: [pieces(lse, chunk * 4), { place: partials, bytes: n * 16, stride: 16 }],
  });
  table.emit({
    kernel: 'crossEntropyFinish',
    units: 1,
    args: [partials, n, loss, count, attrs.reduction === 'mean' ? 1 : 0],
    reads: [{ place: partials, bytes: n * 16 }],
    writes: [whole(loss), whole(count)],
  });
};

export const softmaxCrossEntropyGradCpu: Lowering<OpAttrs['softmaxCrossEntropyGrad']> = (table, attrs) => {
  const [logits, targets, lse, count, dloss] = [0, 1, 2, 3, 4].map((i) => operand(table.inputs, i));
  const dlogits = operand(table.outputs, 0);
  const V = lastOf(logits.type.shape);
  const mean = attrs.reduction === 'mean' ? 1 : 0;
  table.emit({
    kernel: 'crossEntropyGrad',
    units: rowsOf(logits.type.shape),
    args: [logits, targets, lse, count, dloss, dlogits, V, real(attrs.labelSmoothing), mean],
    reads: [pieces(logits, V * 4), pieces(targets, 4), pieces(lse, 4), whole(count), whole(dloss)],
    writes: [pieces(dlogits, V * 4)],
  });
};
