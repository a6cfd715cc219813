// Lowering of accuracy.
import { lastOf, rowsOf } from '../../core/tensor.ts';
import { operand, pieces, whole, type Lowering } from '../../plan/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { lossChunk } from '../softmax-cross-entropy/cpu.ts';

export const accuracyCpu: Lowering<OpAttrs['accuracy']> = (table) => {
  const logits = operand(table.inputs, 0);
  const targets = operand(table.inputs, 1);
  const y = operand(table.outputs, 0);
  const V = lastOf(logits.type.shape);
  const rows = rowsOf(logits.type.shape);
  const chunk = lossChunk(rows);
  const n = Math.ceil(rows / chunk);
  const partials = table.workspace(n * 8);
  table.emit({
    kernel: 'accuracy',
    units: n,
    args: [logits, targets, partials, rows, V, chunk],
    reads: [pieces(logits, chunk * V * 4), pieces(targets, chunk * 4)],
    writes: [{ place: partials, bytes: n * 8, stride: 8 }],
  });
  table.emit({
    kernel: 'accuracyFinish',
    units: 1,
    args: [partials, n, y],
    reads: [{ place: partials, bytes: n * 8 }],
    writes: [whole(y)],
  });
};
