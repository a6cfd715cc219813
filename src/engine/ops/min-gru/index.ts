// minGru and minGruGrad: gate, candidate and scan of minGRU (Feng et al. 2024, "Were RNNs all we needed?") in one pass over time.
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
import { minGruCases } from './cases.ts';
import { minGruGradKernel, minGruKernel, minGruKernels } from './cell.ts';
import { minGruGradReference, minGruReference } from './reference.ts';

const shapes = shapesOf('minGru', { inputs: { u: '[B, T, 2H]', 'h0?': '[B, H]' }, outputs: { h: '[B, T, H]' } });
const gradShapes = shapesOf('minGruGrad', {
  inputs: { u: '[B, T, 2H]', h: '[B, T, H]', dh: '[B, T, H]', 'h0?': '[B, H]' },
  outputs: { du: '[B, T, 2H]', 'dh0?': '[B, H]' },
});

const minGru: Op<'minGru', { readonly candidate: Candidate; readonly initial: boolean }> = defineOp({
  kind: 'minGru',
  meaning:
    '(u [B, T, 2H] = [z | candidate] pre-activations, h0? [B, H]) -> h [B, T, H]: h = (1 - z) h + z cand. Paper eq. of minGRU.',
  infer: (inputs, { initial }) => shapes(inputs, initial),
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dh = arrivingAtFirst(context, 'minGru', ['h']);
    const start = attrs.initial ? [inputs[1]] : [];
    return call(builder, 'minGruGrad', [inputs[0], outputs[0], dh, ...start], attrs);
  },
  flops: (_inputs, [h], { candidate }) => (candidate === 'g' ? 12 : 8) * sizeOf(h.shape),
  split: piecewise,
  half,
  tolerance: scans,
  halfTolerance: storedSteps,
  cases: minGruCases,
  reference: minGruReference,
  kernels: {
    cpu: { lower: scanCpu(minGruKernel), scans: minGruKernels },
    webgpu: { lower: scanWebgpu(minGruKernel) },
    tensorflow: scanTfjs(minGruKernel),
  },
});

const minGruGrad: GradientOp<'minGruGrad', { readonly candidate: Candidate; readonly initial: boolean }> =
  defineGradient({
    kind: 'minGruGrad',
    meaning: '(u, h, dh, h0?) -> du (, dh0). Gates are recomputed from u; du may take the place of u.',
    infer: (inputs, { initial }) => gradShapes(inputs, initial),
    inPlace: [[0, 0]],
    flops: ([, h], _outputs, { candidate }) => (candidate === 'g' ? 22 : 15) * sizeOf(h.shape),
    split: piecewise,
    tolerance: scans,
    reference: minGruGradReference,
    kernels: {
      cpu: { lower: scanCpu(minGruGradKernel) },
      webgpu: { lower: scanWebgpu(minGruGradKernel) },
      tensorflow: scanTfjs(minGruGradKernel),
    },
  });

export const minGruOps = { minGru, minGruGrad };
