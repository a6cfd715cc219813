// Lowering of constant: a fill.
import { fillCommand } from '../../plan/lower-graph.ts';
import { operand, type Lowering } from '../../plan/lowering.ts';
import type { OpAttrs } from '../kinds.ts';

export const constantCpu: Lowering<OpAttrs['constant']> = (table, { value }) => {
  const y = operand(table.outputs, 0);
  table.emit(fillCommand(y, y.bytes, value));
};
