// Sums of rows and of everything in the language of kernels. Sums of columns are by hand (cpu.as.ts, cpu.c): kernels on rows end in them.
import { input, mul } from '../../kernel/expr.ts';
import { defineRows, rowInputs } from '../../kernel/rows.ts';

const [x, sum, scale] = ['x', 'sum', 'scale'].map(input);
const common = {
  inputs: rowInputs({ x: 'row' }),
  attributes: ['scale'],
  folds: [{ name: 'sum', reduce: 'sum', of: [x] }],
} as const;

export const rowSumKernel = defineRows({ ...common, name: 'rowSum', values: { y: mul(sum, scale) } });

export const totalKernel = defineRows({
  ...common,
  name: 'total',
  flat: true,
  sums: { total: sum },
  finish: { y: [mul(input('total'), scale)] },
});
