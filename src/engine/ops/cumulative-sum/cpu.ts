// Lowering of cumulativeSum.
import { operand, type Lowering } from '../../plan/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { bySample, channelBlocks, sequenceOf } from '../linear-scan/cpu.ts';

export const cumulativeSumCpu: Lowering<OpAttrs['cumulativeSum']> = (table, { reverse }) => {
  const x = operand(table.inputs, 0);
  const y = operand(table.outputs, 0);
  const { B, T, H } = sequenceOf(x);
  const blocks = channelBlocks(H);
  table.emit({
    kernel: 'cumulativeSum',
    units: B * blocks,
    args: [x, y, T, H, reverse ? 1 : 0],
    reads: [bySample(x, blocks)],
    writes: [bySample(y, blocks)],
  });
};
