// rmsNorm and rmsNormGrad: rows divided by their root mean square (Zhang and Sennrich 2019), times a weight a column.
import { sizeOf } from '../../core/tensor.ts';
import { arrivingAtFirst, call } from '../call.ts';
import { shapeRule } from '../shape-rule.ts';
import { rowsCpu, rowsTfjs } from '../../kernel/emit/rows-devices.ts';
import { rowsWebgpu } from '../../kernel/emit/rows-wgsl.ts';
import { statistics } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { D, P, S, W, always } from '../split-rule.ts';
import { stored, sums } from '../tolerance.ts';
import { rmsNormCases } from './cases.ts';
import { rmsNormGradRows, rmsNormKernels, rmsNormRows } from './kernel.ts';
import { rmsNormGradReference, rmsNormReference } from './reference.ts';

const rmsNorm: Op<'rmsNorm', { readonly eps: number }> = defineOp({
  kind: 'rmsNorm',
  meaning: '(x […, N], weight [N]) -> y = x rstd weight, rstd [R] = 1 / sqrt(mean x^2 + eps).',
  infer(inputs) {
    const resolve = shapeRule('rmsNorm', inputs, { x: '[…, N]', weight: '[N]' });
    return [resolve('[…, N]'), resolve('[R]')];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dy = arrivingAtFirst(context, 'rmsNorm', ['y', 'rstd']);
    return call(builder, 'rmsNormGrad', [inputs[0], inputs[1], outputs[1], dy], attrs);
  },
  flops: ([x]) => 4 * sizeOf(x.shape),
  split: always([P, W], [S, S]),
  half: statistics(1),
  tolerance: sums,
  halfTolerance: stored,
  cases: rmsNormCases,
  reference: rmsNormReference,
  kernels: {
    cpu: { lower: rowsCpu(rmsNormRows), rows: rmsNormKernels },
    webgpu: { lower: rowsWebgpu(rmsNormRows) },
    tensorflow: rowsTfjs(rmsNormRows),
  },
});

const rmsNormGrad: GradientOp<'rmsNormGrad', { readonly eps: number }> = defineGradient({
  kind: 'rmsNormGrad',
  meaning: '(x, weight, rstd, dy) -> dx, dweight.',
  infer(inputs) {
    const resolve = shapeRule('rmsNormGrad', inputs, { x: '[…, N]', weight: '[N]', rstd: '[R]', dy: '[…, N]' });
    return [resolve('[…, N]'), resolve('[N]')];
  },
  flops: ([x]) => 10 * sizeOf(x.shape),
  split: always([P, W, P, P], [S, D]),
  tolerance: sums,
  reference: rmsNormGradReference,
  kernels: {
    cpu: { lower: rowsCpu(rmsNormGradRows) },
    webgpu: { lower: rowsWebgpu(rmsNormGradRows) },
    tensorflow: rowsTfjs(rmsNormGradRows),
  },
});

export const rmsNormOps = { rmsNorm, rmsNormGrad };
