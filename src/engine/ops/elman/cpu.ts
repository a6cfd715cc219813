// Lowerings of elman and its gradient.
import { operand, type Lowering } from '../../plan/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { packMatrix } from '../matmul/cpu.ts';
import { bySample, emitRecurrentWeightGrad, groupScratch, sequenceOf } from '../recurrent-cpu.ts';

export const elmanCpu: Lowering<OpAttrs['elman']> = (table, { initial }) => {
  const [gx, weight] = [0, 1].map((i) => operand(table.inputs, i));
  const h0 = initial ? operand(table.inputs, 2) : null;
  const h = operand(table.outputs, 0);
  const { B, T, H } = sequenceOf(h);
  const packed = packMatrix(table, { place: weight, offset: 0, rowStride: 1, columnStride: H }, H, H);
  table.scratch(groupScratch(table, B, H, H));
  table.emit({
    kernel: 'elman',
    units: B,
    args: [gx, packed.place, h0, h, T, H],
    reads: [bySample(gx), packed.read, ...(h0 ? [bySample(h0)] : [])],
    writes: [bySample(h)],
  });
};

export const elmanGradCpu: Lowering<OpAttrs['elmanGrad']> = (table, { initial }) => {
  const [weight, h, dh] = [0, 1, 2].map((i) => operand(table.inputs, i));
  const h0 = initial ? operand(table.inputs, 3) : null;
  const [dgx, dweight] = [0, 1].map((i) => operand(table.outputs, i));
  const dh0 = initial ? operand(table.outputs, 2) : null;
  const { B, T, H } = sequenceOf(h);
  const packed = packMatrix(table, { place: weight, offset: 0, rowStride: H, columnStride: 1 }, H, H);
  table.scratch(groupScratch(table, B, H, H));
  table.emit({
    kernel: 'elmanGrad',
    units: B,
    args: [packed.place, h, dh, dgx, dh0, T, H],
    reads: [packed.read, bySample(h), bySample(dh)],
    writes: [bySample(dgx), ...(dh0 ? [bySample(dh0)] : [])],
  });
  emitRecurrentWeightGrad(table, { place: dgx, bytes: dgx.bytes, width: H, M: H }, { h, h0 }, dweight, 0);
};
