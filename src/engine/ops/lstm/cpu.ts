// Lowerings of lstm and its gradient. The forms that include the product with the input are for modules with kernels for whole layers.
import { lastOf } from '../../core/tensor.ts';
import {
  operand,
  whole,
  type Access,
  type Argument,
  type Lowering,
  type Operand,
  type TableWriter,
} from '../../plan/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { emitPacked, packMatrix } from '../matmul/cpu.ts';
import {
  bySample,
  emitRecurrentWeightGrad,
  fitsBeside,
  groupScratch,
  sequenceOf,
  type GateGradients,
} from '../recurrent-cpu.ts';
import { emitColumnSum } from '../reduce-sum/columns.ts';
import { requireGx } from './forms.ts';

/** Arguments of an entry besides the recurrent part, and what they read and write. */
interface Addition {
  readonly args: readonly Argument[];
  readonly reads: readonly Access[];
  readonly writes: readonly Access[];
}

const nothing: Addition = { args: [], reads: [], writes: [] };

export const lstmCpu: Lowering<OpAttrs['lstm']> = (table, attrs) => {
  if (!table.kernels.layers) requireGx('cpu', attrs);
  const { initial, layer = false } = attrs;
  const [input, weight] = [0, 1].map((i) => operand(table.inputs, i));
  const [h0 = null, c0 = null] = initial ? table.inputs.slice(-2) : [];
  const [h, c, gates] = [0, 1, 2].map((i) => operand(table.outputs, i));
  const { B, T, H } = sequenceOf(h);
  const packed = packMatrix(table, { place: weight, offset: 0, rowStride: 1, columnStride: H }, H, 4 * H);
  const made = layer ? inputPart(table, input) : nothing;
  const gx = layer ? null : input;
  table.scratch(groupScratch(table, B, Math.max(H, layer ? lastOf(input.type.shape) : 0), 4 * H));
  table.emit({
    kernel: 'lstm',
    units: B,
    args: [gx, packed.place, h0, c0, h, c, gates, T, H, ...made.args],
    reads: [packed.read, ...made.reads, ...present(input, h0, c0).map(bySample)],
    writes: [h, c, gates].map(bySample),
  });
};

const present = (...operands: readonly (Operand | null)[]): readonly Operand[] =>
  operands.filter((one) => one !== null);

/** W_ih and the bias of a layer, whose input x takes the place of gx. */
function inputPart(table: TableWriter, x: Operand): Addition {
  const [weightIh, bias] = [2, 3].map((i) => operand(table.inputs, i));
  const [D, N] = [lastOf(x.type.shape), lastOf(bias.type.shape)];
  const packed = packMatrix(table, { place: weightIh, offset: 0, rowStride: 1, columnStride: D }, D, N);
  return { args: [x, packed.place, bias, D], reads: [packed.read, whole(bias)], writes: [] };
}

export const lstmGradCpu: Lowering<OpAttrs['lstmGrad']> = (table, attrs) => {
  if (attrs.layer === true || !table.kernels.layers) requireGx('cpu', attrs);
  const { initial, through = false } = attrs;
  const [weight, h, c, gates, dh] = [0, 1, 2, 3, 4].map((i) => operand(table.inputs, i));
  const dc = through ? null : operand(table.inputs, 5);
  const [h0 = null, c0 = null] = initial ? table.inputs.slice(-2) : [];
  const dgx = operand(table.outputs, 0);
  const [dh0 = null, dc0 = null] = initial ? table.outputs.slice(-2) : [];
  const { B, T, H } = sequenceOf(h);
  const packed = packMatrix(table, { place: weight, offset: 0, rowStride: H, columnStride: 1 }, 4 * H, H);
  const onward = through ? onwardPart(table, B) : nothing;
  table.scratch(groupScratch(table, B, 4 * H, 2 * H));
  table.emit({
    kernel: 'lstmGrad',
    units: B,
    args: [packed.place, c, gates, dh, dc, c0, dgx, dh0, dc0, T, H, ...onward.args],
    reads: [packed.read, ...onward.reads, ...present(c, gates, dh, dc, c0).map(bySample)],
    writes: [...onward.writes, ...present(dgx, dh0, dc0).map(bySample)],
  });
  const dgates = { place: dgx, bytes: dgx.bytes, width: 4 * H, M: 4 * H };
  if (through) emitLayerGradients(table, dgates, { h, h0, sums: onward.writes[0] });
  else emitRecurrentWeightGrad(table, dgates, h, h0, operand(table.outputs, 1), 0);
};

/** Gradients through W_ih: dx, and for the bias the sums over the steps of each sample, which are the first of `writes`. */
function onwardPart(table: TableWriter, B: number): Addition {
  const weightIh = operand(table.inputs, 6);
  const dx = operand(table.outputs, 1);
  const [N = 1, D = 1] = weightIh.type.shape;
  const packed = packMatrix(table, { place: weightIh, offset: 0, rowStride: D, columnStride: 1 }, N, D);
  const sums = table.workspace(B * N * 4);
  return {
    args: [packed.place, dx, sums, D],
    reads: [packed.read],
    writes: [{ place: sums, bytes: B * N * 4, stride: N * 4 }, bySample(dx)],
  };
}

interface LayerStates {
  readonly h: Operand;
  readonly h0: Operand | null;
  /** Sums of the gradients of the gates over the steps of each sample. */
  readonly sums: Access | undefined;
}

/** Gradients of both matrices and of the bias. */
function emitLayerGradients(table: TableWriter, dgates: GateGradients, { h, h0, sums }: LayerStates): void {
  const x = operand(table.inputs, 5);
  const [dweight, dweightIh, dbias] = [2, 3, 4].map((i) => operand(table.outputs, i));
  const { B, T, H } = sequenceOf(h);
  const { M } = dgates;
  const D = lastOf(x.type.shape);
  const beside = fitsBeside(table, H, D);
  emitRecurrentWeightGrad(table, dgates, h, h0, dweight, 0, beside ? { x, dweight: dweightIh } : null);
  const product = { a: operand(table.outputs, 0), b: x, bias: null, c: dweightIh, M, N: D, K: B * T };
  if (!beside) emitPacked(table, product, { transA: true, transB: false });
  if (sums) emitColumnSum(table, { x: sums.place, bytes: sums.bytes, stride: M, rows: B, columns: M, scale: 1 }, dbias);
}
