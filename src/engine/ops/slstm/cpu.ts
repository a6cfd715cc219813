// Lowerings of slstm and its gradient: every head has a packed matrix of its own, which a group of samples takes through time.
import {
  at,
  operand,
  type Access,
  type Lowering,
  type Operand,
  type Place,
  type TableWriter,
} from '../../plan/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { packBlocks } from '../matmul/cpu.ts';
import { bySample, emitRecurrentWeightGrad, groupScratch, sequenceOf } from '../recurrent-cpu.ts';

const present = (...operands: readonly (Operand | null)[]): readonly Operand[] =>
  operands.filter((one) => one !== null);

/** Heads and channels of a head. */
function headsOf({ type }: Operand): readonly [heads: number, size: number] {
  const [heads = 1, , size = 1] = type.shape;
  return [heads, size];
}

/** The blocks of the matrix packed one after the other: to multiply states with it, or gradients with its transposition. */
function packed(table: TableWriter, weight: Operand, transposed: boolean): { place: Place; read: Access } {
  const [heads, size] = headsOf(weight);
  const [rowStride, columnStride, K, N] = transposed ? [1, size, size, 4 * size] : [size, 1, 4 * size, size];
  return packBlocks(table, { place: weight, offset: 0, rowStride, columnStride }, K, N, heads);
}

export const slstmCpu: Lowering<OpAttrs['slstm']> = (table) => {
  const [gx, weight] = [0, 1].map((i) => operand(table.inputs, i));
  const [h0 = null, cells0 = null] = table.inputs.slice(2);
  const [h, cells, gates] = [0, 1, 2].map((i) => operand(table.outputs, i));
  const { B, T, H } = sequenceOf(h);
  const [heads, size] = headsOf(weight);
  const { place, read } = packed(table, weight, true);
  table.scratch(groupScratch(table, B, size, 4 * size));
  table.emit({
    kernel: 'slstm',
    units: B,
    args: [gx, place, h0, cells0, h, cells, gates, T, H, heads],
    reads: [read, ...present(gx, h0, cells0).map(bySample)],
    writes: [h, cells, gates].map(bySample),
  });
};

export const slstmGradCpu: Lowering<OpAttrs['slstmGrad']> = (table) => {
  const [weight, h, cells, gates, dh, dcells] = [0, 1, 2, 3, 4, 5].map((i) => operand(table.inputs, i));
  const [h0 = null, cells0 = null] = table.inputs.slice(6);
  const [dgx, dweight] = [0, 1].map((i) => operand(table.outputs, i));
  const [dh0 = null, dcells0 = null] = table.outputs.slice(2);
  const { B, T, H } = sequenceOf(h);
  const [heads, size] = headsOf(weight);
  const { place, read } = packed(table, weight, false);
  table.scratch(groupScratch(table, B, 4 * size, 3 * size));
  table.emit({
    kernel: 'slstmGrad',
    units: B,
    args: [place, cells, gates, dh, dcells, cells0, dgx, dh0, dcells0, T, H, heads],
    reads: [read, ...present(cells, gates, dh, dcells, cells0).map(bySample)],
    writes: present(dgx, dh0, dcells0).map(bySample),
  });
  for (let head = 0; head < heads; head++) {
    const dgates = { place: at(dgx, head * 16 * size), bytes: dgx.bytes - head * 16 * size, width: 4 * H, M: 4 * size };
    const part = { first: head * size, size };
    emitRecurrentWeightGrad(table, dgates, { h, h0, part }, dweight, head * 16 * size * size);
  }
};
