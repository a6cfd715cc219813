// Lowerings of split and concat: one strided copy a part.
import { operand, type Lowering } from '../../plan/lowering.ts';
import { copyPieces } from '../elementwise/cpu.ts';
import type { OpAttrs } from '../kinds.ts';
import { alongAxis } from '../slice/cpu.ts';

export const splitCpu: Lowering<OpAttrs['split']> = (table, { axis }) => {
  const x = operand(table.inputs, 0);
  const source = alongAxis(x, axis);
  let offset = 0;
  for (const part of table.outputs) {
    const { outer, row } = alongAxis(part, axis);
    const from = { operand: x, offset, stride: source.row };
    table.emit(copyPieces(outer, row, from, { operand: part, offset: 0, stride: row }));
    offset += row;
  }
};

export const concatCpu: Lowering<OpAttrs['concat']> = (table, { axis }) => {
  const y = operand(table.outputs, 0);
  const target = alongAxis(y, axis);
  let offset = 0;
  for (const part of table.inputs) {
    const { outer, row } = alongAxis(part, axis);
    const to = { operand: y, offset, stride: target.row };
    table.emit(copyPieces(outer, row, { operand: part, offset: 0, stride: row }, to));
    offset += row;
  }
};
