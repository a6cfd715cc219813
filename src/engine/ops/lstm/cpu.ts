// Lowerings of lstm and its gradient. Their entries take further arguments, which the device uses where it puts more into one of them.
import {
  operand,
  type Access,
  type Argument,
  type Lowering,
  type Operand,
  type TableWriter,
} from '../../plan/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { packMatrix } from '../matmul/cpu.ts';
import { bySample, emitRecurrentWeightGrad, groupScratch, sequenceOf, type GateGradients } from '../recurrent-cpu.ts';

/** Arguments of an entry besides the recurrent part, what they read and write, and the inner extent of their product. */
export interface Addition {
  readonly args: readonly Argument[];
  readonly reads: readonly Access[];
  readonly writes: readonly Access[];
  readonly inner: number;
}

const nothing = (): Addition => ({ args: [], reads: [], writes: [], inner: 0 });

const present = (...operands: readonly (Operand | null)[]): readonly Operand[] =>
  operands.filter((one) => one !== null);

export interface LstmInputs {
  /** Null: an addition computes it. */
  readonly gx: Operand | null;
  readonly weight: Operand;
  /** h0 and c0, or nothing. */
  readonly start: readonly Operand[];
}

/** The entry of the op, from its inputs; outputs are h, c and gates. */
export function emitLstm(table: TableWriter, { gx, weight, start }: LstmInputs, more = nothing): void {
  const [h0 = null, c0 = null] = start;
  const [h, c, gates] = [0, 1, 2].map((i) => operand(table.outputs, i));
  const { B, T, H } = sequenceOf(h);
  const packed = packMatrix(table, { place: weight, offset: 0, rowStride: 1, columnStride: H }, H, 4 * H);
  const { args, reads, writes, inner } = more();
  table.scratch(groupScratch(table, B, Math.max(H, inner), 4 * H));
  table.emit({
    kernel: 'lstm',
    units: B,
    args: [gx, packed.place, h0, c0, h, c, gates, T, H, ...args],
    reads: [packed.read, ...reads, ...present(gx, h0, c0).map(bySample)],
    writes: [...writes, ...[h, c, gates].map(bySample)],
  });
}

export interface LstmGradInputs {
  /** weight, h, c, gates and dh. */
  readonly kept: readonly Operand[];
  /** Null: nothing arrives at the cells. */
  readonly dc: Operand | null;
  readonly start: readonly Operand[];
}

/** The entry of the gradient; its first output is dgx, with a start its last ones are dh0 and dc0. Gives the gradients of the gates. */
export function emitLstmGrad(
  table: TableWriter,
  { kept, dc, start }: LstmGradInputs,
  more = nothing,
): { readonly dgates: GateGradients; readonly written: readonly Access[] } {
  const [weight, h, c, gates, dh] = [0, 1, 2, 3, 4].map((i) => operand(kept, i));
  const [, c0 = null] = start;
  const dgx = operand(table.outputs, 0);
  const [dh0 = null, dc0 = null] = start.length > 0 ? table.outputs.slice(-2) : [];
  const { B, T, H } = sequenceOf(h);
  const packed = packMatrix(table, { place: weight, offset: 0, rowStride: H, columnStride: 1 }, 4 * H, H);
  const { args, reads, writes } = more();
  table.scratch(groupScratch(table, B, 4 * H, 2 * H));
  table.emit({
    kernel: 'lstmGrad',
    units: B,
    args: [packed.place, c, gates, dh, dc, c0, dgx, dh0, dc0, T, H, ...args],
    reads: [packed.read, ...reads, ...present(c, gates, dh, dc, c0).map(bySample)],
    writes: [...writes, ...present(dgx, dh0, dc0).map(bySample)],
  });
  return { dgates: { place: dgx, bytes: dgx.bytes, width: 4 * H, M: 4 * H }, written: writes };
}

export const lstmCpu: Lowering<OpAttrs['lstm']> = (table) => {
  const [gx, weight] = [0, 1].map((i) => operand(table.inputs, i));
  emitLstm(table, { gx, weight, start: table.inputs.slice(2) });
};

export const lstmGradCpu: Lowering<OpAttrs['lstmGrad']> = (table) => {
  const [h, dc] = [1, 5].map((i) => operand(table.inputs, i));
  const start = table.inputs.slice(6);
  const { dgates } = emitLstmGrad(table, { kept: table.inputs.slice(0, 5), dc, start });
  emitRecurrentWeightGrad(table, dgates, { h, h0: start[0] ?? null }, operand(table.outputs, 1), 0);
};
