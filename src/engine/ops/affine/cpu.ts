// Lowering of affine.
import { operand, real, type Lowering } from '../../plan/lowering.ts';
import { OP_AFFINE } from '../../plan/opcodes.shared.ts';
import { chunked, elements, elementwise } from '../elementwise/cpu.ts';
import type { OpAttrs } from '../kinds.ts';

export const affineCpu: Lowering<OpAttrs['affine']> = (table, { scale, shift }) => {
  const x = operand(table.inputs, 0);
  const y = operand(table.outputs, 0);
  table.emit(elementwise(OP_AFFINE, y, [x, y, elements(x), real(scale), real(shift)], [chunked(x)], [chunked(y)]));
};
