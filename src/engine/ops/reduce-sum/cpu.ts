// Lowerings of sums: over rows, over the last extent, over everything.
import { lastOf, rowsOf } from '../../core/tensor.ts';
import { rowsCpu } from '../../kernel/emit/rows-devices.ts';
import { at, operand, type Lowering } from '../../plan/lowering.ts';
import type { OpAttrs } from '../kinds.ts';
import { emitColumnSum } from './columns.ts';
import { summedCount } from './count.ts';
import { rowSumKernel, totalKernel } from './kernel.ts';

const alongRows = rowsCpu(({ over, scale }: { readonly over: 'last' | 'all'; readonly scale: number }) => ({
  kernel: over === 'all' ? totalKernel : rowSumKernel,
  values: { scale },
}));

export const reduceSumCpu: Lowering<OpAttrs['reduceSum']> = (table, { over, mean }) => {
  const x = operand(table.inputs, 0);
  const scale = mean ? 1 / summedCount(x.type, over) : 1;
  if (over !== 'rows') {
    alongRows(table, { over, scale });
    return;
  }
  const columns = lastOf(x.type.shape);
  const sum = { x, bytes: x.bytes, stride: columns, rows: rowsOf(x.type.shape), columns, scale };
  emitColumnSum(table, sum, at(operand(table.outputs, 0), 0));
};
