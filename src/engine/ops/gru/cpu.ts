// Lowerings of gru and its gradient.
import { at, operand, whole, type Lowering, type Operand, type Place, type TableWriter } from '../../plan/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { packMatrix } from '../matmul/cpu.ts';
import { bySample, emitRecurrentWeightGrad, groupScratch, sequenceOf } from '../recurrent-cpu.ts';
import { emitColumnSum } from '../reduce-sum/columns.ts';

export const gruCpu: Lowering<OpAttrs['gru']> = (table, { initial }) => {
  const [gx, weight, bias] = [0, 1, 2].map((i) => operand(table.inputs, i));
  const h0 = initial ? operand(table.inputs, 3) : null;
  const [h, gates] = [0, 1].map((i) => operand(table.outputs, i));
  const { B, T, H } = sequenceOf(h);
  const transposed = { place: weight, offset: 0, rowStride: 1, columnStride: H };
  const packed = packMatrix(table, transposed, H, 3 * H);
  table.scratch(groupScratch(table, B, H, 3 * H));
  table.emit({
    kernel: 'gru',
    units: B,
    args: [gx, packed.place, bias, h0, h, gates, T, H],
    reads: [bySample(gx), packed.read, whole(bias), ...(h0 ? [bySample(h0)] : [])],
    writes: [bySample(h), bySample(gates)],
  });
};

interface GruTensors {
  readonly h: Operand;
  readonly h0: Operand | null;
  readonly dgx: Operand;
  readonly dinner: { readonly place: Place; readonly bytes: number };
}

/** dweight [3H, H] and dbias [3H] from the gradients of r | z (in dgx) and of the inner product of n. */
function emitParameterGradients(table: TableWriter, { h, h0, dgx, dinner }: GruTensors): void {
  const { B, T, H } = sequenceOf(h);
  const [dweight, dbias] = [1, 2].map((i) => operand(table.outputs, i));
  const two = { place: dgx, bytes: dgx.bytes, width: 3 * H, M: 2 * H };
  emitRecurrentWeightGrad(table, two, { h, h0 }, dweight, 0);
  emitRecurrentWeightGrad(table, { ...dinner, width: H, M: H }, { h, h0 }, dweight, 2 * H * H * 4);
  const rows = { rows: B * T, scale: 1 };
  emitColumnSum(table, { ...rows, x: dgx, bytes: dgx.bytes, stride: 3 * H, columns: 2 * H }, at(dbias, 0));
  const inner = { ...rows, x: dinner.place, bytes: dinner.bytes, stride: H, columns: H };
  emitColumnSum(table, inner, at(dbias, 2 * H * 4));
}

export const gruGradCpu: Lowering<OpAttrs['gruGrad']> = (table, { initial }) => {
  const [weight, h, gates, dh] = [0, 1, 2, 3].map((i) => operand(table.inputs, i));
  const h0 = initial ? operand(table.inputs, 4) : null;
  const dgx = operand(table.outputs, 0);
  const dh0 = initial ? operand(table.outputs, 3) : null;
  const { B, T, H } = sequenceOf(h);
  const plain = { place: weight, rowStride: H, columnStride: 1 };
  const two = packMatrix(table, { ...plain, offset: 0 }, 2 * H, H);
  const one = packMatrix(table, { ...plain, offset: 2 * H * H * 4 }, H, H);
  const dinner = { place: table.workspace(h.bytes), bytes: h.bytes };
  table.scratch(groupScratch(table, B, 2 * H, H));
  table.emit({
    kernel: 'gruGrad',
    units: B,
    args: [two.place, one.place, h, gates, dh, h0, dgx, dinner.place, dh0, T, H],
    reads: [two.read, one.read, ...[h, gates, dh, ...(h0 ? [h0] : [])].map(bySample)],
    writes: [bySample(dgx), { ...dinner, stride: h.bytes / B }, ...(dh0 ? [bySample(dh0)] : [])],
  });
  emitParameterGradients(table, { h, h0, dgx, dinner });
};
