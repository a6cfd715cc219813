// linearScan and its gradient: h_t = a_t h_{t-1} + b_t for each channel, in the natural order of time.
import { sizeOf } from '../../core/tensor.ts';
import { scanCpu } from '../../kernel/emit/cpu.ts';
import { scanTfjs } from '../../kernel/emit/tfjs.ts';
import { scanWebgpu } from '../../kernel/emit/wgsl.ts';
import { arrivingAtFirst, call } from '../call.ts';
import { shapesOf } from '../shape-rule.ts';
import { half } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { piecewise } from '../split-rule.ts';
import { scans, storedSteps } from '../tolerance.ts';
import { linearScanCases } from './cases.ts';
import { linearScanGradKernel, linearScanKernel, linearScanKernels } from './kernel.ts';
import { linearScanGradReference, linearScanReference } from './reference.ts';

const shapes = shapesOf('linearScan', {
  inputs: { a: '[B, T, H]', b: '[B, T, H]', 'h0?': '[B, H]' },
  outputs: { h: '[B, T, H]' },
});
const gradShapes = shapesOf('linearScanGrad', {
  inputs: { a: '[B, T, H]', h: '[B, T, H]', dh: '[B, T, H]', 'h0?': '[B, H]' },
  outputs: { da: '[B, T, H]', db: '[B, T, H]', 'dh0?': '[B, H]' },
});

const linearScan: Op<'linearScan', { readonly initial: boolean }> = defineOp({
  kind: 'linearScan',
  meaning:
    '(a [B, T, H], b [B, T, H], h0? [B, H]) -> h [B, T, H]: h_t = a_t h_{t-1} + b_t; without h0 the state before the first step is 0.',
  infer: (inputs, { initial }) => shapes(inputs, initial),
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dh = arrivingAtFirst(context, 'linearScan', ['h']);
    const start = attrs.initial ? [inputs[2]] : [];
    return call(builder, 'linearScanGrad', [inputs[0], outputs[0], dh, ...start], attrs);
  },
  inPlace: [
    [0, 1],
    [0, 0],
  ],
  flops: ([a]) => 2 * sizeOf(a.shape),
  split: piecewise,
  half,
  tolerance: scans,
  halfTolerance: storedSteps,
  cases: linearScanCases,
  reference: linearScanReference,
  kernels: {
    cpu: { lower: scanCpu(linearScanKernel), scans: linearScanKernels },
    webgpu: { lower: scanWebgpu(linearScanKernel) },
    tensorflow: scanTfjs(linearScanKernel),
  },
});

const linearScanGrad: GradientOp<'linearScanGrad', { readonly initial: boolean }> = defineGradient({
  kind: 'linearScanGrad',
  meaning:
    '(a, h, dh, h0?) -> da, db (, dh0): s_t = dh_t + a_{t+1} s_{t+1}, db_t = s_t, da_t = s_t h_{t-1}, dh0 = a_1 s_1.',
  infer: (inputs, { initial }) => gradShapes(inputs, initial),
  inPlace: [[1, 2]],
  flops: ([a]) => 3 * sizeOf(a.shape),
  split: piecewise,
  tolerance: scans,
  reference: linearScanGradReference,
  kernels: {
    cpu: { lower: scanCpu(linearScanGradKernel) },
    webgpu: { lower: scanWebgpu(linearScanGradKernel) },
    tensorflow: scanTfjs(linearScanGradKernel),
  },
});

export const linearScanOps = { linearScan, linearScanGrad };
