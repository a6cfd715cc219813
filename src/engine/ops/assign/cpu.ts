// Lowering of assign.
import { operand, type Lowering } from '../../plan/lowering.ts';
import { copyCommand } from '../elementwise/cpu.ts';
import type { OpAttrs } from '../kinds.ts';

export const assignCpu: Lowering<OpAttrs['assign']> = (table) => {
  const variable = operand(table.inputs, 0);
  table.emit(copyCommand(operand(table.inputs, 1), variable, variable.bytes));
};
