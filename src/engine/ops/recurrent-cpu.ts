// What the lowerings of ops over time share: access by sample; of cells with a recurrent matrix, scratch of a group of samples and the gradient
// of the matrix.
import { lastOf } from '../core/tensor.ts';
import { at, pieces, whole, type Access, type Operand, type Place, type TableWriter } from '../plan/lowering.ts';
import { MATMUL_ROWS } from '../plan/opcodes.shared.ts';
import { gemmScratch, packedColumns, packedScratch } from './matmul/cpu.ts';

/** Access of a unit (a sample) to its part of a tensor with leading extent B. */
export function bySample(tensor: Operand): Access {
  const [B = 1] = tensor.type.shape;
  return pieces(tensor, tensor.bytes / B);
}

/** Extents of h [B, T, H]. */
export function sequenceOf({ type }: Operand): { B: number; T: number; H: number } {
  const [B = 1, T = 1, H = 1] = type.shape;
  return { B, T, H };
}

/** Samples that go through time together (GROUP of device/cpu/wasm/recurrent.as.ts). */
const GROUP = 40;

/** Scratch of one thread: products with K, and `kept` floats per sample that outlive a product. */
export function groupScratch(table: TableWriter, B: number, K: number, kept: number): number {
  const rows = Math.min(GROUP, B);
  return packedScratch(table, rows, K) + 4 * rows * kept;
}

/** Gradients of the gates: columns [0, M) of a [rows, width] matrix that starts at `place`. */
export interface GateGradients {
  readonly place: Place;
  readonly bytes: number;
  readonly width: number;
  readonly M: number;
}

/** The input x [B, T, D] of a cell and the gradient [M, D] of the matrix that it is multiplied by. */
export interface InputGradient {
  readonly x: Operand;
  readonly dweight: Operand;
}

/** The states that a matrix was multiplied by: h [B, T, H] one step late, from h0; with heads, channels [first, first + size) alone. */
export interface StatesBefore {
  readonly h: Operand;
  readonly h0: Operand | null;
  readonly part?: { readonly first: number; readonly size: number };
}

/** Whether the kernel computes both gradients together. */
export const fitsBeside = ({ kernels }: TableWriter, H: number, D: number): boolean => H + D <= kernels.nc;

/** dw [M, H], written at `offset` bytes of `dweight`: gate gradients times the states before each step. `input` must fit next to it. */
export function emitRecurrentWeightGrad(
  table: TableWriter,
  dgates: GateGradients,
  { h, h0, part }: StatesBefore,
  dweight: Operand,
  offset: number,
  input: InputGradient | null = null,
): void {
  const { B, T, H: width } = sequenceOf(h);
  const { first, size: H } = part ?? { first: 0, size: width };
  const { place, bytes, width: columns, M } = dgates;
  const target = at(dweight, offset);
  const reads: Access[] = [
    { place, bytes },
    { place: h, bytes: h.bytes },
  ];
  if (h0) reads.push({ place: h0, bytes: h0.bytes });
  const writes: Access[] = [{ place: target, bytes: M * H * 4, stride: MATMUL_ROWS * H * 4 }];
  const D = input ? lastOf(input.x.type.shape) : 0;
  if (input) {
    reads.push(whole(input.x));
    writes.push({ place: input.dweight, bytes: M * D * 4, stride: MATMUL_ROWS * D * 4 });
  }
  table.scratch(gemmScratch(table, M, H, B * T) + packedColumns(table, D, B * T));
  table.emit({
    kernel: 'recurrentWeightGrad',
    units: Math.ceil(M / MATMUL_ROWS),
    args: [
      ...[place, columns, M, at(h, 4 * first), h0 && at(h0, 4 * first), T, H, B * T, target],
      ...[input?.x ?? null, D, input?.dweight ?? null, width],
    ],
    reads,
    writes,
  });
}
