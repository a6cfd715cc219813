// quantise: numbers of a row rounded to 256 levels, or to -1, 0 and 1, at a scale of the row; the gradient passes straight through.
import { sizeOf } from '../../core/tensor.ts';
import { rowsCpu, rowsTfjs } from '../../kernel/emit/rows-devices.ts';
import { rowsWebgpu } from '../../kernel/emit/rows-wgsl.ts';
import { half } from '../half-rule.ts';
import { defineOp, type Op } from '../op.ts';
import { shapeRule } from '../shape-rule.ts';
import { P, S, always } from '../split-rule.ts';
import { stored, sums } from '../tolerance.ts';
import { quantiseCases } from './cases.ts';
import { quantiseKernels, quantiseRows } from './kernel.ts';
import { quantiseReference } from './reference.ts';

const quantise: Op<'quantise', { readonly to: 'int8' | 'ternary' }> = defineOp({
  kind: 'quantise',
  meaning:
    '(x […, N]) -> round(x s) / s, held in [-128, 127] with s = 127 / max |x| of the row, or in [-1, 1] with s = 1 / mean |x|. Its gradient is that of y.',
  infer: (inputs) => [shapeRule('quantise', inputs, { x: '[…, N]' })('[…, N]')],
  gradient: ({ dOutputs: [dy] }) => [dy ?? null],
  flops: ([x]) => 6 * sizeOf(x.shape),
  split: always([P], [S]),
  half,
  tolerance: sums,
  halfTolerance: stored,
  cases: quantiseCases,
  reference: quantiseReference,
  kernels: {
    cpu: { lower: rowsCpu(quantiseRows), rows: quantiseKernels },
    webgpu: { lower: rowsWebgpu(quantiseRows) },
    tensorflow: rowsTfjs(quantiseRows),
  },
});

export const quantiseOps = { quantise };
