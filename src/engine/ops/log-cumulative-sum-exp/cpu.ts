// Lowerings of logCumulativeSumExp and its gradient.
import { operand, whole, type Lowering } from '../../plan/lowering.ts';
import { OP_LOG_CUMULATIVE_SUM_EXP, OP_LOG_CUMULATIVE_SUM_EXP_GRAD } from '../../plan/opcodes.shared.ts';
import { channelUnits } from '../channels.ts';
import type { OpAttrs } from '../kinds.ts';

export const logCumulativeSumExpCpu: Lowering<OpAttrs['logCumulativeSumExp']> = (table) => {
  const x = operand(table.inputs, 0);
  const y = operand(table.outputs, 0);
  const { T, H, units } = channelUnits(x);
  table.emit({
    opcode: OP_LOG_CUMULATIVE_SUM_EXP,
    units,
    args: [x, y, T, H],
    reads: [whole(x)],
    writes: [whole(y)],
  });
};

export const logCumulativeSumExpGradCpu: Lowering<OpAttrs['logCumulativeSumExpGrad']> = (table) => {
  const [x, y, dy] = [0, 1, 2].map((i) => operand(table.inputs, i));
  const dx = operand(table.outputs, 0);
  const { T, H, units } = channelUnits(x);
  table.emit({
    opcode: OP_LOG_CUMULATIVE_SUM_EXP_GRAD,
    units,
    args: [x, y, dy, dx, T, H],
    reads: [whole(x), whole(y), whole(dy)],
    writes: [whole(dx)],
  });
};
