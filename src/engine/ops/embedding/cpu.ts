// Lowerings of embedding and embeddingGrad.
import { operand, pieces, whole, type Lowering } from '../../plan/lowering.ts';
import { elements } from '../elementwise/cpu.ts';
import type { OpAttrs } from '../kinds.ts';

export const embeddingCpu: Lowering<OpAttrs['embedding']> = (table) => {
  const ids = operand(table.inputs, 0);
  const rows = operand(table.inputs, 1);
  const y = operand(table.outputs, 0);
  const [V = 1, D = 1] = rows.type.shape;
  table.emit({
    kernel: 'embedding',
    units: elements(ids),
    args: [ids, rows, y, V, D],
    reads: [pieces(ids, 4), whole(rows)],
    writes: [pieces(y, D * 4)],
  });
};

export const embeddingGradCpu: Lowering<OpAttrs['embeddingGrad']> = (table) => {
  const ids = operand(table.inputs, 0);
  const dy = operand(table.inputs, 1);
  const dtable = operand(table.outputs, 0);
  const [V = 1, D = 1] = dtable.type.shape;
  table.emit({
    kernel: 'embeddingGrad',
    units: Math.ceil(D / 16),
    args: [ids, dy, dtable, elements(ids), V, D],
    reads: [whole(ids), whole(dy)],
    writes: [whole(dtable)],
  });
};
