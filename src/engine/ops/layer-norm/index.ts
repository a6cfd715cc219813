// layerNorm and layerNormGrad: rows with mean 0 and variance 1 (Ba, Kiros and Hinton 2016), times a weight plus a bias a column.
import { sizeOf } from '../../core/tensor.ts';
import { arrivingAtFirst, call } from '../call.ts';
import { shapeRule } from '../shape-rule.ts';
import { rowsCpu, rowsTfjs } from '../../kernel/emit/rows-devices.ts';
import { rowsWebgpu } from '../../kernel/emit/rows-wgsl.ts';
import { statistics } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { D, P, S, W, always } from '../split-rule.ts';
import { stored, sums } from '../tolerance.ts';
import { layerNormCases } from './cases.ts';
import { layerNormGradRows, layerNormKernels, layerNormRows } from './kernel.ts';
import { layerNormGradReference, layerNormReference } from './reference.ts';

const layerNorm: Op<'layerNorm', { readonly eps: number }> = defineOp({
  kind: 'layerNorm',
  meaning:
    '(x […, N], weight [N], bias [N]) -> y = (x - mean) rstd weight + bias, mean [R], rstd [R]; biased variance.',
  infer(inputs) {
    const resolve = shapeRule('layerNorm', inputs, { x: '[…, N]', weight: '[N]', bias: '[N]' });
    return [resolve('[…, N]'), resolve('[R]'), resolve('[R]')];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dy = arrivingAtFirst(context, 'layerNorm', ['y', 'mean', 'rstd']);
    return call(builder, 'layerNormGrad', [inputs[0], inputs[1], outputs[1], outputs[2], dy], attrs);
  },
  flops: ([x]) => 8 * sizeOf(x.shape),
  split: always([P, W, W], [S, S, S]),
  half: statistics(2),
  tolerance: sums,
  halfTolerance: stored,
  cases: layerNormCases,
  reference: layerNormReference,
  kernels: {
    cpu: { lower: rowsCpu(layerNormRows), rows: layerNormKernels },
    webgpu: { lower: rowsWebgpu(layerNormRows) },
    tensorflow: rowsTfjs(layerNormRows),
  },
});

const layerNormGrad: GradientOp<'layerNormGrad', { readonly eps: number }> = defineGradient({
  kind: 'layerNormGrad',
  meaning: '(x, weight, mean, rstd, dy) -> dx, dweight, dbias.',
  infer(inputs) {
    const patterns = { x: '[…, N]', weight: '[N]', mean: '[R]', rstd: '[R]', dy: '[…, N]' };
    const resolve = shapeRule('layerNormGrad', inputs, patterns);
    return [resolve('[…, N]'), resolve('[N]'), resolve('[N]')];
  },
  flops: ([x]) => 14 * sizeOf(x.shape),
  split: always([P, W, P, P, P], [S, D, D]),
  tolerance: sums,
  reference: layerNormGradReference,
  kernels: {
    cpu: { lower: rowsCpu(layerNormGradRows) },
    webgpu: { lower: rowsWebgpu(layerNormGradRows) },
    tensorflow: rowsTfjs(layerNormGradRows),
  },
});

export const layerNormOps = { layerNorm, layerNormGrad };
