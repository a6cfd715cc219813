// Lowerings of assign and accumulate.
import { operand, whole, type Lowering } from '../../plan/lowering.ts';
import { OP_ACCUMULATE } from '../../plan/opcodes.shared.ts';
import { chunked, copyCommand, elements, elementwise } from '../elementwise/cpu.ts';
import type { OpAttrs } from '../kinds.ts';

export const assignCpu: Lowering<OpAttrs['assign']> = (table) => {
  const variable = operand(table.inputs, 0);
  table.emit(copyCommand(operand(table.inputs, 1), variable, variable.bytes));
};

export const accumulateCpu: Lowering<OpAttrs['accumulate']> = (table) => {
  const variable = operand(table.inputs, 0);
  const value = operand(table.inputs, 1);
  const factor = operand(table.inputs, 2);
  const args = [variable, value, factor, elements(variable)];
  const reads = [chunked(variable), chunked(value), whole(factor)];
  table.emit(elementwise(OP_ACCUMULATE, variable, args, reads, [chunked(variable)]));
};
