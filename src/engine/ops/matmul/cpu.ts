// Lowering of matmul: which kernel, which axis is split into units, and what scratch packing needs.
import {
  at,
  operand,
  pieces,
  whole,
  type Access,
  type Operand,
  type Place,
  type TableWriter,
  type Lowering,
} from '../../plan/lowering.ts';
import { MATMUL_COLUMNS, MATMUL_ROWS } from '../../plan/opcodes.shared.ts';
import { lastOf } from '../../core/tensor.ts';
import type { OpAttrs } from '../kinds.ts';
import { matmulSizes } from './sizes.ts';

/** Up to this many rows, packing B costs more than it saves. */
const FEW_ROWS = 8;

const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Scratch of one thread for a packed product of at most M x K by K x N. */
export function gemmScratch(table: TableWriter, M: number, N: number, K: number): number {
  const { mc, nc } = table.kernels;
  return packedScratch(table, Math.min(mc, M), K) + packedColumns(table, Math.min(nc, N), K);
}

/** Bytes of N columns of a B as panels. */
export const packedColumns = ({ kernels: { kc, lanes } }: TableWriter, N: number, K: number): number =>
  4 * Math.min(kc, K) * roundUp(N, lanes);

/** Scratch of one thread for products of `rows` rows with a packed B. */
export const packedScratch = ({ kernels }: TableWriter, rows: number, K: number): number =>
  kernels.fixedBytes + 4 * (kernels.row ?? Math.min(kernels.kc, K)) * roundUp(rows, kernels.rows);

/** A matrix in memory: element (i, j) is `rowStride` i + `columnStride` j elements from its start. */
export interface Matrix {
  readonly place: Operand;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Packs b [K, N] into workspace once, for kernels that multiply by it many times. Returns where, and the access to read it. */
export const packMatrix = (table: TableWriter, b: Matrix, K: number, N: number): { place: Place; read: Access } =>
  packBlocks(table, b, K, N, 1);

/** The same for `count` matrices that lie behind one another. */
export function packBlocks(
  table: TableWriter,
  b: Matrix,
  K: number,
  N: number,
  count: number,
): { place: Place; read: Access } {
  const { panel, lanes } = table.kernels;
  const bytes = 4 * K * roundUp(N, lanes);
  const place = table.workspace(count * bytes);
  for (let i = 0; i < count; i++) {
    const target = at(place, i * bytes);
    table.emit({
      kernel: 'pack',
      units: Math.ceil(N / panel),
      args: [at(b.place, b.offset + i * K * N * 4), b.rowStride, b.columnStride, K, N, target],
      reads: [whole(b.place)],
      writes: [{ place: target, bytes }],
    });
  }
  return { place, read: { place, bytes: count * bytes } };
}

type Transposed = Pick<OpAttrs['matmul'], 'transA' | 'transB'>;

interface Product {
  readonly a: Operand;
  readonly b: Operand;
  readonly bias: Operand | null;
  readonly c: Operand;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

const readsOf = ({ a, b, bias }: Product): readonly Access[] => [whole(a), whole(b), ...(bias ? [whole(bias)] : [])];

function emitDot(table: TableWriter, product: Product): void {
  const { a, b, c, bias, M, N, K } = product;
  table.emit({
    kernel: 'matmulDot',
    units: Math.ceil(N / 4),
    args: [a, K, b, K, c, bias, M, N, K],
    reads: readsOf(product),
    writes: [whole(c)],
  });
}

function emitOuter(table: TableWriter, product: Product, transA: boolean): void {
  const { a, b, c, bias, M, N, K } = product;
  table.emit({
    kernel: 'matmulOuter',
    units: Math.ceil(N / 16),
    args: [a, transA ? 1 : K, transA ? M : 1, b, N, c, bias, M, N, K],
    reads: readsOf(product),
    writes: [whole(c)],
  });
}

/** The larger of M and N is split, so that each thread packs only its part of the larger operand. */
export function emitPacked(table: TableWriter, product: Product, { transA, transB }: Transposed): void {
  const { a, b, c, bias, M, N, K } = product;
  const byColumns = N > M;
  table.scratch(gemmScratch(table, M, N, K));
  const stridesA = transA ? [1, lastOf(a.type.shape)] : [K, 1];
  const stridesB = transB ? [1, K] : [N, 1];
  const rowsRead = transA ? whole(a) : pieces(a, MATMUL_ROWS * K * 4);
  table.emit({
    kernel: 'matmul',
    units: byColumns ? Math.ceil(N / MATMUL_COLUMNS) : Math.ceil(M / MATMUL_ROWS),
    args: [a, ...stridesA, b, ...stridesB, c, bias, M, N, K, byColumns ? 1 : 0],
    reads: [byColumns ? whole(a) : rowsRead, whole(b), ...(bias ? [whole(bias)] : [])],
    writes: [byColumns ? whole(c) : pieces(c, MATMUL_ROWS * N * 4)],
  });
}

export const matmulCpu: Lowering<OpAttrs['matmul']> = (table, attrs) => {
  const a = operand(table.inputs, 0);
  const b = operand(table.inputs, 1);
  const { rows, inner, columns } = matmulSizes(a.type, b.type, attrs);
  const bias = attrs.bias ? operand(table.inputs, 2) : null;
  const product = { a, b, bias, c: operand(table.outputs, 0), M: rows, N: columns, K: inner };
  if (rows <= FEW_ROWS && attrs.transB && !attrs.transA) emitDot(table, product);
  else if (rows <= FEW_ROWS && !attrs.transB) emitOuter(table, product, attrs.transA);
  else emitPacked(table, product, attrs);
};
