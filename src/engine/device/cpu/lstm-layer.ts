// An LSTM as a whole layer: ops of this device's plan, for kernel modules that compute the product with the input step by step, so that it is never
// stored, and pass the gradient through it while its rows are still in the cache.
import { lastOf } from '../../core/tensor.ts';
import type { Program } from '../../graph/graph.ts';
import type { OpTable } from '../../graph/op-def.ts';
import { emitLstm, emitLstmGrad, type Addition } from '../../ops/lstm/cpu.ts';
import { emitPacked, packMatrix } from '../../ops/matmul/cpu.ts';
import {
  bySample,
  emitRecurrentWeightGrad,
  fitsBeside,
  sequenceOf,
  type GateGradients,
} from '../../ops/recurrent-cpu.ts';
import { emitColumnSum } from '../../ops/reduce-sum/columns.ts';
import type { LoweringTable } from '../../plan/lower-graph.ts';
import { operand, whole, type Access, type Lowering, type Operand, type TableWriter } from '../../plan/lowering.ts';
import { opDefOf, type PrivateOp } from '../private-op.ts';
import {
  fuseLayers,
  layerForward,
  throughInput,
  type LayerAttrs,
  type LayerForms,
  type LayerGradient,
} from '../whole-layers.ts';

interface Attrs {
  readonly initial: boolean;
}

/**
 * (weight, h, c, gates, dh, x, weightIh, h0?, c0?) -> dgx, dx, dweight, dweightIh, dbias (, dh0, dc0), where nothing arrives at the cells. dgx may
 * take the place of the gates.
 */
const backward: PrivateOp<Attrs> = {
  define(b, [weight = -1, h = -1, c = -1, gates = -1, dh = -1, x = -1, weightIh = -1, ...start], attrs) {
    const [none = -1] = b.apply('constant', [], { shape: b.shape(c), value: 0 });
    const found = b.apply('lstmGrad', [weight, h, c, gates, dh, none, ...start], attrs);
    const [dgx = -1, dweight = -1, ...dstart] = found;
    const [dx, dweightIh, dbias] = throughInput(b, dgx, { x, weightIh });
    return [dgx, dx, dweight, dweightIh, dbias, ...dstart];
  },
  inPlace: [[0, 3]],
};

export const layerOps = { 'layer.lstm': layerForward, 'layer.lstmGrad': backward };

export const layerDefs: OpTable = {
  'layer.lstm': opDefOf(layerForward),
  'layer.lstmGrad': opDefOf(backward),
};

const forms: LayerForms = {
  forward({ cell, product, x, weight, weightIh, bias, start }) {
    if (bias === null) return null;
    const attrs: LayerAttrs = { initial: start.length > 0, bias: true };
    const inputs = [x, weight, weightIh, bias, ...start];
    return { op: 'layer.lstm', inputs, outputs: cell.outputs, attrs, replaces: [product] };
  },
  backward: ({ cell, onward, ofWeight, sum, cellsFree }: LayerGradient) => {
    if (!onward || !ofWeight || !sum || !cellsFree) return null;
    const [dgx = -1, dweight = -1, ...dstart] = cell.outputs;
    const [[dx = -1], [dweightIh = -1], [dbias = -1]] = [onward.outputs, ofWeight.outputs, sum.outputs];
    const start = cell.inputs.slice(6);
    const attrs: Attrs = { initial: start.length > 0 };
    const [[, x = -1], [, weightIh = -1]] = [ofWeight.inputs, onward.inputs];
    const inputs = [...cell.inputs.slice(0, 5), x, weightIh, ...start];
    const outputs = [dgx, dx, dweight, dweightIh, dbias, ...dstart];
    return { op: 'layer.lstmGrad', inputs, outputs, attrs, replaces: [onward, ofWeight, sum] };
  },
};

/** The same program with these ops, where the graph has exactly what they compute. */
export const withLayers = (program: Program, ops: OpTable): Program => fuseLayers(program, forms, ops);

const lowerForward: Lowering<LayerAttrs> = (table) => {
  const [x, weight] = [operand(table.inputs, 0), operand(table.inputs, 1)];
  const [weightIh, bias] = [operand(table.inputs, 2), operand(table.inputs, 3)];
  emitLstm(table, { gx: null, weight, start: table.inputs.slice(4) }, () => inputPart(table, x, weightIh, bias));
};

/** W_ih x + bias in place of gx. */
function inputPart(table: TableWriter, x: Operand, weightIh: Operand, bias: Operand): Addition {
  const [D, N] = [lastOf(x.type.shape), lastOf(bias.type.shape)];
  const packed = packMatrix(table, { place: weightIh, offset: 0, rowStride: 1, columnStride: D }, D, N);
  const reads = [packed.read, whole(bias), bySample(x)];
  return { args: [x, packed.place, bias, D], reads, writes: [], inner: D };
}

const lowerBackward: Lowering<Attrs> = (table) => {
  const kept = table.inputs.slice(0, 5);
  const start = table.inputs.slice(7);
  const { dgates, written } = emitLstmGrad(table, { kept, dc: null, start }, () => onwardPart(table));
  emitLayerGradients(table, dgates, { h: operand(kept, 1), h0: start[0] ?? null, sums: written[0] });
};

/** Gradients through W_ih: dx, and for the bias the sums over the steps of each sample, which are the first of `writes`. */
function onwardPart(table: TableWriter): Addition {
  const weightIh = operand(table.inputs, 6);
  const dx = operand(table.outputs, 1);
  const [B = 1] = dx.type.shape;
  const [N = 1, D = 1] = weightIh.type.shape;
  const packed = packMatrix(table, { place: weightIh, offset: 0, rowStride: D, columnStride: 1 }, N, D);
  const sums = table.workspace(B * N * 4);
  return {
    args: [packed.place, dx, sums, D],
    reads: [packed.read],
    writes: [{ place: sums, bytes: B * N * 4, stride: N * 4 }, bySample(dx)],
    inner: D,
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
  const [dweight, dweightIh] = [operand(table.outputs, 2), operand(table.outputs, 3)];
  const dbias = operand(table.outputs, 4);
  const { B, T, H } = sequenceOf(h);
  const { M } = dgates;
  const D = lastOf(x.type.shape);
  const beside = fitsBeside(table, H, D);
  emitRecurrentWeightGrad(table, dgates, { h, h0 }, dweight, 0, beside ? { x, dweight: dweightIh } : null);
  const product = { a: operand(table.outputs, 0), b: x, bias: null, c: dweightIh, M, N: D, K: B * T };
  if (!beside) emitPacked(table, product, { transA: true, transB: false });
  if (sums) emitColumnSum(table, { x: sums.place, bytes: sums.bytes, stride: M, rows: B, columns: M, scale: 1 }, dbias);
}

export const layerLowerings: LoweringTable = { 'layer.lstm': lowerForward, 'layer.lstmGrad': lowerBackward };
