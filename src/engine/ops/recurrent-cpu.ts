// What the lowerings of cells with a recurrent matrix share: scratch of a group of samples, the gradient of the matrix.
import { at, type Access, type Operand, type Place, type TableWriter } from '../plan/lowering.ts';
import { MATMUL_ROWS, OP_RECURRENT_WEIGHT_GRAD } from '../plan/opcodes.shared.ts';
import { gemmScratch, packedScratch } from './matmul/cpu.ts';

/** Samples that go through time together (GROUP of device/cpu/wasm/recurrent.as.ts). */
const GROUP = 40;

/** Scratch of one thread: products with K, and `kept` floats a sample that outlive a product. */
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

/** dw [M, H], written at `offset` bytes of `dweight`: gate gradients times the states before each step. h [B, T, H]. */
export function emitRecurrentWeightGrad(
  table: TableWriter,
  dgates: GateGradients,
  h: Operand,
  h0: Operand | null,
  dweight: Operand,
  offset: number,
): void {
  const [B = 1, T = 1, H = 1] = h.type.shape;
  const { place, bytes, width, M } = dgates;
  const target = at(dweight, offset);
  const reads: Access[] = [
    { place, bytes },
    { place: h, bytes: h.bytes },
  ];
  if (h0) reads.push({ place: h0, bytes: h0.bytes });
  table.scratch(gemmScratch(table, M, H, B * T));
  table.emit({
    opcode: OP_RECURRENT_WEIGHT_GRAD,
    units: Math.ceil(M / MATMUL_ROWS),
    args: [place, width, M, h, h0, T, H, B * T, target],
    reads,
    writes: [{ place: target, bytes: M * H * 4, stride: MATMUL_ROWS * H * 4 }],
  });
}
