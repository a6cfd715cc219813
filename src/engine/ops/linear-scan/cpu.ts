// Lowerings of linearScan and its gradient, and what all kernels over (sample, channel block) share.
import { operand, type Access, type Lowering, type Operand } from '../../plan/lowering.ts';
import { CHANNEL_BLOCK } from '../../plan/opcodes.shared.ts';
import type { OpAttrs } from '../kinds.ts';

/** Blocks of 16 channels in H: the units of one sample. */
export const channelBlocks = (H: number): number => Math.ceil(H / CHANNEL_BLOCK);

/** Access of a unit (sample, channel block) to its sample of a tensor with leading extent B. */
export function bySample(tensor: Operand, blocks: number): Access {
  const [B = 1] = tensor.type.shape;
  return { place: tensor, bytes: tensor.bytes, stride: tensor.bytes / B, group: blocks };
}

/** Extents of h [B, T, H]. */
export function sequenceOf({ type }: Operand): { B: number; T: number; H: number } {
  const [B = 1, T = 1, H = 1] = type.shape;
  return { B, T, H };
}

export const linearScanCpu: Lowering<OpAttrs['linearScan']> = (table, { initial }) => {
  const a = operand(table.inputs, 0);
  const b = operand(table.inputs, 1);
  const h0 = initial ? operand(table.inputs, 2) : null;
  const h = operand(table.outputs, 0);
  const { B, T, H } = sequenceOf(h);
  const blocks = channelBlocks(H);
  table.emit({
    kernel: 'linearScan',
    units: B * blocks,
    args: [a, b, h, h0, T, H],
    reads: [a, b, ...(h0 ? [h0] : [])].map((x) => bySample(x, blocks)),
    writes: [bySample(h, blocks)],
  });
};

export const linearScanGradCpu: Lowering<OpAttrs['linearScanGrad']> = (table, { initial }) => {
  const [a, h, dh] = [0, 1, 2].map((i) => operand(table.inputs, i));
  const h0 = initial ? operand(table.inputs, 3) : null;
  const [da, db] = [0, 1].map((i) => operand(table.outputs, i));
  const dh0 = initial ? operand(table.outputs, 2) : null;
  const { B, T, H } = sequenceOf(h);
  const blocks = channelBlocks(H);
  table.emit({
    kernel: 'linearScanGrad',
    units: B * blocks,
    args: [a, h, dh, da, db, h0, dh0, T, H],
    reads: [a, h, dh, ...(h0 ? [h0] : [])].map((x) => bySample(x, blocks)),
    writes: [da, db, ...(dh0 ? [dh0] : [])].map((x) => bySample(x, blocks)),
  });
};
