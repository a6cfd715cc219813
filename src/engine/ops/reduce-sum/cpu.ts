// Lowerings of sums: over rows, over the last extent, over everything.
import { lastOf, rowsOf } from '../../core/tensor.ts';
import {
  at,
  operand,
  pieces,
  real,
  whole,
  type Lowering,
  type Operand,
  type Place,
  type TableWriter,
} from '../../plan/lowering.ts';
import { COLUMN_BLOCK } from '../../plan/opcodes.shared.ts';
import { elements } from '../elementwise/cpu.ts';
import type { OpAttrs } from '../kinds.ts';
import { summedCount } from './count.ts';

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

function emitRowSum(table: TableWriter, x: Operand, y: Operand, scale: number): void {
  const columns = lastOf(x.type.shape);
  table.emit({
    kernel: 'rowSum',
    units: rowsOf(x.type.shape),
    args: [x, y, columns, real(scale)],
    reads: [pieces(x, columns * 4)],
    writes: [pieces(y, 4)],
  });
}

function emitTotal(table: TableWriter, x: Operand, y: Operand, scale: number): void {
  const n = elements(x);
  const chunk = Math.max(1024, Math.ceil(n / 64));
  const count = Math.ceil(n / chunk);
  const partials = table.workspace(count * 8);
  table.emit({
    kernel: 'totalPartial',
    units: count,
    args: [x, n, chunk, partials],
    reads: [pieces(x, chunk * 4)],
    writes: [{ place: partials, bytes: count * 8, stride: 8 }],
  });
  table.emit({
    kernel: 'totalFinish',
    units: 1,
    args: [partials, count, y, real(scale)],
    reads: [{ place: partials, bytes: count * 8 }],
    writes: [whole(y)],
  });
}

export const reduceSumCpu: Lowering<OpAttrs['reduceSum']> = (table, { over, mean }) => {
  const x = operand(table.inputs, 0);
  const y = operand(table.outputs, 0);
  const scale = mean ? 1 / summedCount(x.type, over) : 1;
  if (over === 'all') emitTotal(table, x, y, scale);
  else if (over === 'last') emitRowSum(table, x, y, scale);
  else {
    const columns = lastOf(x.type.shape);
    emitColumnSum(table, { x, bytes: x.bytes, stride: columns, rows: rowsOf(x.type.shape), columns, scale }, at(y, 0));
  }
};
