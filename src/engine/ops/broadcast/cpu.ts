// Lowering of broadcast: one piece copied many times.
import { operand, type Lowering } from '../../plan/lowering.ts';
import { copyPieces } from '../elementwise/cpu.ts';
import type { OpAttrs } from '../kinds.ts';

export const broadcastCpu: Lowering<OpAttrs['broadcast']> = (table) => {
  const x = operand(table.inputs, 0);
  const y = operand(table.outputs, 0);
  const from = { operand: x, offset: 0, stride: 0 };
  table.emit(copyPieces(y.bytes / x.bytes, x.bytes, from, { operand: y, offset: 0, stride: x.bytes }));
};
