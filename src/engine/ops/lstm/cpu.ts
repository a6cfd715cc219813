// Lowerings of lstm and its gradient.
import { operand, type Lowering } from '../../plan/lowering.ts';
import { OP_LSTM, OP_LSTM_GRAD } from '../../plan/opcodes.shared.ts';
import type { OpAttrs } from '../kinds.ts';
import { bySample, sequenceOf } from '../linear-scan/cpu.ts';
import { packMatrix } from '../matmul/cpu.ts';
import { emitRecurrentWeightGrad, groupScratch } from '../recurrent-cpu.ts';
import { requireGx } from './index.ts';

export const lstmCpu: Lowering<OpAttrs['lstm']> = (table, attrs) => {
  requireGx('cpu', attrs);
  const { initial } = attrs;
  const [gx, weight] = [0, 1].map((i) => operand(table.inputs, i));
  const start = initial ? [2, 3].map((i) => operand(table.inputs, i)) : [];
  const [h0 = null, c0 = null] = start;
  const [h, c, gates] = [0, 1, 2].map((i) => operand(table.outputs, i));
  const { B, T, H } = sequenceOf(h);
  const packed = packMatrix(table, { place: weight, offset: 0, rowStride: 1, columnStride: H }, H, 4 * H);
  table.scratch(groupScratch(table, B, H, 4 * H));
  table.emit({
    opcode: OP_LSTM,
    units: B,
    args: [gx, packed.place, h0, c0, h, c, gates, T, H],
    reads: [packed.read, ...[gx, ...start].map((x) => bySample(x, 1))],
    writes: [h, c, gates].map((x) => bySample(x, 1)),
  });
};

export const lstmGradCpu: Lowering<OpAttrs['lstmGrad']> = (table, { initial }) => {
  const [weight, h, c, gates, dh, dc] = [0, 1, 2, 3, 4, 5].map((i) => operand(table.inputs, i));
  const [h0 = null, c0 = null] = initial ? [6, 7].map((i) => operand(table.inputs, i)) : [];
  const [dgx, dweight] = [0, 1].map((i) => operand(table.outputs, i));
  const starts = initial ? [2, 3].map((i) => operand(table.outputs, i)) : [];
  const [dh0 = null, dc0 = null] = starts;
  const { B, T, H } = sequenceOf(h);
  const packed = packMatrix(table, { place: weight, offset: 0, rowStride: H, columnStride: 1 }, 4 * H, H);
  table.scratch(groupScratch(table, B, 4 * H, 2 * H));
  table.emit({
    opcode: OP_LSTM_GRAD,
    units: B,
    args: [packed.place, c, gates, dh, dc, c0, dgx, dh0, dc0, T, H],
    reads: [packed.read, ...[c, gates, dh, dc, ...(c0 ? [c0] : [])].map((x) => bySample(x, 1))],
    writes: [dgx, ...starts].map((x) => bySample(x, 1)),
  });
  emitRecurrentWeightGrad(table, { place: dgx, bytes: dgx.bytes, width: 4 * H, M: 4 * H }, h, h0, dweight, 0);
};
