// quantise in the language of kernels: a scale of each row from its numbers, then each number rounded at that scale.
import { abs, atLeast, atMost, div, input, mul, reciprocal, round, type Expr } from '../../kernel/expr.ts';
import { defineRows, rowInputs, width, type RowsOf } from '../../kernel/rows.ts';
import type { OpAttrs } from '../kinds.ts';

/** A row of zeros has this size. */
const least = 1e-5;

const x = input('x');
const rounded = (scale: Expr, low: number, high: number): Expr =>
  div(atMost(atLeast(round(mul(x, scale)), low), high), scale);

const int8 = defineRows({
  name: 'quantiseInt8',
  inputs: rowInputs({ x: 'row' }),
  folds: [{ name: 'most', reduce: 'max', of: [abs(x)] }],
  results: { y: rounded(div(127, atLeast(input('most'), least)), -128, 127) },
});

const ternary = defineRows({
  name: 'quantiseTernary',
  inputs: rowInputs({ x: 'row' }),
  folds: [{ name: 'sum', reduce: 'sum', of: [abs(x)] }],
  results: { y: rounded(reciprocal(atLeast(div(input('sum'), width), least)), -1, 1) },
});

export const quantiseKernels = [int8, ternary];

export const quantiseRows: RowsOf<OpAttrs['quantise']> = ({ to }) => ({ kernel: to === 'int8' ? int8 : ternary });
