// Lowerings of logCumulativeSumExp and its gradient.
import { operand, type Lowering } from '../../plan/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { bySample, channelBlocks, sequenceOf } from '../linear-scan/cpu.ts';

export const logCumulativeSumExpCpu: Lowering<OpAttrs['logCumulativeSumExp']> = (table) => {
  const x = operand(table.inputs, 0);
  const y = operand(table.outputs, 0);
  const { B, T, H } = sequenceOf(x);
  const blocks = channelBlocks(H);
  table.emit({
    kernel: 'logCumulativeSumExp',
    units: B * blocks,
    args: [x, y, T, H],
    reads: [bySample(x, blocks)],
    writes: [bySample(y, blocks)],
  });
};

export const logCumulativeSumExpGradCpu: Lowering<OpAttrs['logCumulativeSumExpGrad']> = (table) => {
  const [x, y, dy] = [0, 1, 2].map((i) => operand(table.inputs, i));
  const dx = operand(table.outputs, 0);
  const { B, T, H } = sequenceOf(x);
  const blocks = channelBlocks(H);
  table.emit({
    kernel: 'logCumulativeSumExpGrad',
    units: B * blocks,
    args: [x, y, dy, dx, T, H],
    reads: [bySample(x, blocks), bySample(y, blocks), bySample(dy, blocks)],
    writes: [bySample(dx, blocks)],
  });
};
