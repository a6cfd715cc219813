// causalConv and causalConvGrad: a short depthwise filter over time that looks back only, with an optional carried context.
import { sizeOf } from '../../core/tensor.ts';
import { arrivingAtFirst, call } from '../call.ts';
import { shapesOf } from '../shape-rule.ts';
import { half } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { D, P, S, W, always } from '../split-rule.ts';
import { stored, sums } from '../tolerance.ts';
import { causalConvCases } from './cases.ts';
import { causalConvCpu, causalConvGradCpu } from './cpu.ts';
import { causalConvGradReference, causalConvReference } from './reference.ts';
import { causalConvGradTfjs, causalConvTfjs } from './tfjs.ts';
import { causalConvGradWebgpu, causalConvWebgpu } from './webgpu.ts';

const shapes = shapesOf('causalConv', {
  inputs: { x: '[B, T, C]', weight: '[C, K]', bias: '[C]', 'context?': '[B, K-1, C]' },
  outputs: { y: '[B, T, C]' },
});
const gradShapes = shapesOf('causalConvGrad', {
  inputs: { x: '[B, T, C]', weight: '[C, K]', dy: '[B, T, C]', 'context?': '[B, K-1, C]' },
  outputs: { dx: '[B, T, C]', dweight: '[C, K]', dbias: '[C]', 'dcontext?': '[B, K-1, C]' },
});

const causalConv: Op<'causalConv', { readonly context: boolean }> = defineOp({
  kind: 'causalConv',
  meaning:
    '(x [B, T, C], weight [C, K], bias [C], context? [B, K-1, C]) -> y [B, T, C]. Depthwise, causal, tap K-1 = current step: y[t] = bias + sum_k weight[k] x[t - (K-1) + k]; x before 0 comes from context (oldest first) or is 0.',
  infer: (inputs, { context }) => shapes(inputs, context),
  gradient(context, attrs) {
    const { builder, inputs } = context;
    const dy = arrivingAtFirst(context, 'causalConv', ['y']);
    const carried = attrs.context ? [inputs[3]] : [];
    return call(builder, 'causalConvGrad', [inputs[0], inputs[1], dy, ...carried], attrs);
  },
  flops: ([x, weight]) => 2 * weight.shape[1] * sizeOf(x.shape),
  split: always([P, W, W], [S]),
  half,
  tolerance: sums,
  halfTolerance: stored,
  cases: causalConvCases,
  reference: causalConvReference,
  kernels: {
    cpu: { lower: causalConvCpu, entries: ['causalConv'] },
    webgpu: { lower: causalConvWebgpu },
    tensorflow: causalConvTfjs,
  },
});

const causalConvGrad: GradientOp<'causalConvGrad', { readonly context: boolean }> = defineGradient({
  kind: 'causalConvGrad',
  meaning: '(x, weight, dy, context?) -> dx, dweight, dbias (, dcontext).',
  infer: (inputs, { context }) => gradShapes(inputs, context),
  flops: ([x, weight]) => (4 * weight.shape[1] + 1) * sizeOf(x.shape),
  split: always([P, W, P], [S, D, D]),
  tolerance: sums,
  reference: causalConvGradReference,
  kernels: {
    cpu: { lower: causalConvGradCpu, entries: ['causalConvGrad', 'causalConvWeightGrad', 'causalConvFinish'] },
    webgpu: { lower: causalConvGradWebgpu },
    tensorflow: causalConvGradTfjs,
  },
});

export const causalConvOps = { causalConv, causalConvGrad };
