// Lowering of blockLinear and its gradient. Small blocks: sixteen rows are a unit of products; blocks of about sixteen columns are one of the
// weights' gradient. Wide ones are packed products.
import { operand, pieces, whole, type Lowering, type Operand, type TableWriter } from '../../plan/lowering.ts';
import { MATMUL_ROWS } from '../../plan/opcodes.shared.ts';
import { elements } from '../elementwise/cpu.ts';
import { gemmScratch } from '../matmul/cpu.ts';
import { blocksOf, type Blocks } from './sizes.ts';

/** Rows that are computed together (BLOCK_LINES of the kernels). */
const lines = 16;
/** Columns of a unit of the weights' gradient where blocks are 4 x 4: whole cache lines of a row. */
const foursColumns = 64;

/** Blocks for which packing their operands pays. */
const isWide = ({ O, I }: Blocks): boolean => O >= 16 && I >= 16;

/** y = the blocks times x; weights are `across` and `along` apart from row to row and from column to column of a block. */
function emitProduct(
  table: TableWriter,
  [x, weight, y]: readonly [Operand, Operand, Operand],
  { G, O, I }: Blocks,
  [across, along]: readonly [number, number],
): void {
  const rows = elements(x) / (G * I);
  const wide = isWide({ G, O, I });
  const unit = wide ? MATMUL_ROWS : lines;
  table.scratch(wide ? gemmScratch(table, rows, O, I) : 4 * lines * G * (O + I));
  table.emit({
    kernel: wide ? 'blockLinearWide' : 'blockLinear',
    units: Math.ceil(rows / unit),
    args: [x, weight, y, rows, G, O, I, across, along],
    reads: [pieces(x, 4 * unit * G * I), whole(weight)],
    writes: [pieces(y, 4 * unit * G * O)],
  });
}

function emitWideWeight(
  table: TableWriter,
  [x, dy, dweight]: readonly [Operand, Operand, Operand],
  { G, O, I }: Blocks,
): void {
  const rows = elements(x) / (G * I);
  table.scratch(gemmScratch(table, O, I, rows));
  table.emit({
    kernel: 'blockLinearWeightWide',
    units: G * Math.ceil(O / MATMUL_ROWS),
    args: [x, dy, dweight, rows, G, O, I],
    reads: [whole(x), whole(dy)],
    writes: [whole(dweight)],
  });
}

function emitSmallWeight(
  table: TableWriter,
  [x, dy, dweight]: readonly [Operand, Operand, Operand],
  { G, O, I }: Blocks,
): void {
  const rows = elements(x) / (G * I);
  const bundle = Math.max(1, Math.floor((O === 4 && I === 4 ? foursColumns : lines) / I));
  table.scratch(4 * lines * bundle * (O + I + O * I));
  table.emit({
    kernel: 'blockLinearWeight',
    units: Math.ceil(G / bundle),
    args: [x, dy, dweight, rows, G, O, I, bundle],
    reads: [whole(x), whole(dy)],
    writes: [pieces(dweight, 4 * bundle * O * I)],
  });
}

export const blockLinearCpu: Lowering<object> = (table) => {
  const [x, weight] = [operand(table.inputs, 0), operand(table.inputs, 1)];
  const blocks = blocksOf(weight.type);
  emitProduct(table, [x, weight, operand(table.outputs, 0)], blocks, [blocks.I, 1]);
};

export const blockLinearGradCpu: Lowering<object> = (table) => {
  const [x, weight, dy] = [0, 1, 2].map((i) => operand(table.inputs, i)) as [Operand, Operand, Operand];
  const [dx, dweight] = [operand(table.outputs, 0), operand(table.outputs, 1)];
  const { G, O, I } = blocksOf(weight.type);
  const emit = isWide({ G, O, I }) ? emitWideWeight : emitSmallWeight;
  emit(table, [x, dy, dweight], { G, O, I });
  emitProduct(table, [dy, weight, dx], { G, O: I, I: O }, [1, I]);
};
