// Sums of columns on the cpu device, for reduceSum, for gradients of biases and for kernels on rows.
import { real, type Operand, type Place, type TableWriter } from '../../plan/lowering.ts';
import { COLUMN_BLOCK } from '../../plan/opcodes.shared.ts';

/** Rows of one partial sum: at least 64, and at most 32 partials. */
const chunkOf = (rows: number): number => Math.max(64, Math.ceil(rows / 32));

/** A matrix whose columns are summed: `stride` elements from row to row, from `offset` bytes on. */
export interface ColumnSum {
  readonly x: Operand | Place;
  /** Bytes of x that are read. */
  readonly bytes: number;
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
  readonly scale: number;
}

/** out [columns] = scale times the sum over rows. */
export function emitColumnSum(table: TableWriter, sum: ColumnSum, out: Place): void {
  const { x, bytes, stride, rows, columns, scale } = sum;
  const chunk = chunkOf(rows);
  const partials = Math.ceil(rows / chunk);
  const blocks = Math.ceil(columns / COLUMN_BLOCK);
  const read = { place: x, bytes };
  const write = { place: out, bytes: columns * 4 };
  const single = partials === 1;
  const middle = single ? out : table.workspace(partials * columns * 4);
  table.emit({
    kernel: 'columnSum',
    units: partials * blocks,
    args: [x, stride, rows, columns, chunk, middle, real(single ? scale : 1)],
    reads: [read],
    writes: [single ? write : { place: middle, bytes: partials * columns * 4 }],
  });
  if (single) return;
  table.emit({
    kernel: 'columnSum',
    units: blocks,
    args: [middle, columns, partials, columns, partials, out, real(scale)],
    reads: [{ place: middle, bytes: partials * columns * 4 }],
    writes: [write],
  });
}
