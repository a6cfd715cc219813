// Lowerings of minGru and its gradient.
import { operand, type Lowering } from '../../plan/lowering.ts';
import { OP_MIN_GRU, OP_MIN_GRU_GRAD } from '../../plan/opcodes.shared.ts';
import type { OpAttrs } from '../kinds.ts';
import { bySample, channelBlocks, sequenceOf } from '../linear-scan/cpu.ts';

export const minGruCpu: Lowering<OpAttrs['minGru']> = (table, { candidate, initial }) => {
  const u = operand(table.inputs, 0);
  const h0 = initial ? operand(table.inputs, 1) : null;
  const h = operand(table.outputs, 0);
  const { B, T, H } = sequenceOf(h);
  const blocks = channelBlocks(H);
  table.emit({
    opcode: OP_MIN_GRU,
    units: B * blocks,
    args: [u, h, h0, T, H, candidate === 'g' ? 1 : 0],
    reads: [u, ...(h0 ? [h0] : [])].map((x) => bySample(x, blocks)),
    writes: [bySample(h, blocks)],
  });
};

export const minGruGradCpu: Lowering<OpAttrs['minGruGrad']> = (table, { candidate, initial }) => {
  const [u, h, dh] = [0, 1, 2].map((i) => operand(table.inputs, i));
  const h0 = initial ? operand(table.inputs, 3) : null;
  const du = operand(table.outputs, 0);
  const dh0 = initial ? operand(table.outputs, 1) : null;
  const { B, T, H } = sequenceOf(h);
  const blocks = channelBlocks(H);
  table.emit({
    opcode: OP_MIN_GRU_GRAD,
    units: B * blocks,
    args: [u, h, dh, du, h0, dh0, T, H, candidate === 'g' ? 1 : 0],
    reads: [u, h, dh, ...(h0 ? [h0] : [])].map((x) => bySample(x, blocks)),
    writes: [du, ...(dh0 ? [dh0] : [])].map((x) => bySample(x, blocks)),
  });
};
