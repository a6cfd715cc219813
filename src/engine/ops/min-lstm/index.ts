// minLstm and minLstmGrad: gates, candidate and scan of minLSTM (Feng et al. 2024) in one pass over time.
import { sizeOf } from '../../core/tensor.ts';
import { arrivingAtFirst, call } from '../call.ts';
import { shapesOf } from '../shape-rule.ts';
import { scanCpu } from '../../kernel/emit/cpu.ts';
import { scanTfjs } from '../../kernel/emit/tfjs.ts';
import { scanWebgpu } from '../../kernel/emit/wgsl.ts';
import { half } from '../half-rule.ts';
import type { Candidate } from '../kinds.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { piecewise } from '../split-rule.ts';
import { scans, storedSteps } from '../tolerance.ts';
import { minLstmCases } from './cases.ts';
import { minLstmGradKernel, minLstmKernel, minLstmKernels } from './cell.ts';
import { minLstmGradReference, minLstmReference } from './reference.ts';

const shapes = shapesOf('minLstm', { inputs: { u: '[B, T, 3H]', 'h0?': '[B, H]' }, outputs: { h: '[B, T, H]' } });
const gradShapes = shapesOf('minLstmGrad', {
  inputs: { u: '[B, T, 3H]', h: '[B, T, H]', dh: '[B, T, H]', 'h0?': '[B, H]' },
  outputs: { du: '[B, T, 3H]', 'dh0?': '[B, H]' },
});

const minLstm: Op<
  'minLstm',
  { readonly candidate: Candidate; readonly normalised: boolean; readonly initial: boolean }
> = defineOp({
  kind: 'minLstm',
  meaning:
    "(u [B, T, 3H] = [f | i | candidate] pre-activations, h0? [B, H]) -> h_t = f' h_{t-1} + i' cand_t; normalised: f' + i' = 1.",
  infer: (inputs, { initial }) => shapes(inputs, initial),
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dh = arrivingAtFirst(context, 'minLstm', ['h']);
    const start = attrs.initial ? [inputs[1]] : [];
    return call(builder, 'minLstmGrad', [inputs[0], outputs[0], dh, ...start], attrs);
  },
  flops: (_inputs, [h], { candidate, normalised }) =>
    ((candidate === 'g' ? 16 : 11) + (normalised ? 3 : 0)) * sizeOf(h.shape),
  split: piecewise,
  half,
  tolerance: scans,
  halfTolerance: storedSteps,
  cases: minLstmCases,
  reference: minLstmReference,
  kernels: {
    cpu: { lower: scanCpu(minLstmKernel), scans: minLstmKernels },
    webgpu: { lower: scanWebgpu(minLstmKernel) },
    tensorflow: scanTfjs(minLstmKernel),
  },
});

const minLstmGrad: GradientOp<
  'minLstmGrad',
  { readonly candidate: Candidate; readonly normalised: boolean; readonly initial: boolean }
> = defineGradient({
  kind: 'minLstmGrad',
  meaning: '(u, h, dh, h0?) -> du (, dh0). Gates are recomputed from u; du may take the place of u.',
  infer: (inputs, { initial }) => gradShapes(inputs, initial),
  inPlace: [[0, 0]],
  flops: ([, h], _outputs, { candidate, normalised }) =>
    ((candidate === 'g' ? 28 : 21) + (normalised ? 8 : 0)) * sizeOf(h.shape),
  split: piecewise,
  tolerance: scans,
  reference: minLstmGradReference,
  kernels: {
    cpu: { lower: scanCpu(minLstmGradKernel) },
    webgpu: { lower: scanWebgpu(minLstmGradKernel) },
    tensorflow: scanTfjs(minLstmGradKernel),
  },
});

export const minLstmOps = { minLstm, minLstmGrad };
