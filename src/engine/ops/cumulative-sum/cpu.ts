// Lowering of cumulativeSum.
import { operand, whole, type Lowering } from '../../plan/lowering.ts';
import { OP_CUMULATIVE_SUM } from '../../plan/opcodes.shared.ts';
import { channelUnits } from '../channels.ts';
import type { OpAttrs } from '../kinds.ts';

export const cumulativeSumCpu: Lowering<OpAttrs['cumulativeSum']> = (table, { reverse }) => {
  const x = operand(table.inputs, 0);
  const y = operand(table.outputs, 0);
  const { T, H, units } = channelUnits(x);
  table.emit({
    opcode: OP_CUMULATIVE_SUM,
    units,
    args: [x, y, T, H, reverse ? 1 : 0],
    reads: [whole(x)],
    writes: [whole(y)],
  });
};
