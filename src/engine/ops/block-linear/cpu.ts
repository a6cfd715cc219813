// Lowering of blockLinear and its gradient: sixteen rows are a unit of products; blocks of about sixteen columns are one of the weights' gradient.
import { operand, pieces, whole, type Lowering, type Operand, type TableWriter } from '../../plan/lowering.ts';
import { elements } from '../elementwise/cpu.ts';
import { blocksOf, type Blocks } from './sizes.ts';

/** Rows that are computed together (BLOCK_LINES of the kernels). */
const lines = 16;

/** y = the blocks times x; weights are `across` and `along` apart from row to row and from column to column of a block. */
function emitProduct(
  table: TableWriter,
  [x, weight, y]: readonly [Operand, Operand, Operand],
  { G, O, I }: Blocks,
  [across, along]: readonly [number, number],
): void {
  const rows = elements(x) / (G * I);
  table.scratch(4 * lines * G * (O + I));
  table.emit({
    kernel: 'blockLinear',
    units: Math.ceil(rows / lines),
    args: [x, weight, y, rows, G, O, I, across, along],
    reads: [pieces(x, 4 * lines * G * I), whole(weight)],
    writes: [pieces(y, 4 * lines * G * O)],
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
  const rows = elements(x) / (G * I);
  const bundle = Math.max(1, Math.floor(lines / I));
  table.scratch(4 * lines * bundle * (O + I + O * I));
  table.emit({
    kernel: 'blockLinearWeight',
    units: Math.ceil(G / bundle),
    args: [x, dy, dweight, rows, G, O, I, bundle],
    reads: [whole(x), whole(dy)],
    writes: [pieces(dweight, 4 * bundle * O * I)],
  });
  emitProduct(table, [dy, weight, dx], { G, O: I, I: O }, [1, I]);
};
