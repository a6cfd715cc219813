// cumulativeSum: the running sum over time, from either end. Each direction is the gradient of the other.
import { sizeOf } from '../../core/tensor.ts';
import { scanCpu } from '../../kernel/emit/cpu.ts';
import { scanTfjs } from '../../kernel/emit/tfjs.ts';
import { scanWebgpu } from '../../kernel/emit/wgsl.ts';
import { callOne } from '../call.ts';
import { shapeRule } from '../shape-rule.ts';
import { runningSum } from '../half-rule.ts';
import { defineOp, type Op } from '../op.ts';
import { piecewise } from '../split-rule.ts';
import { sums } from '../tolerance.ts';
import { cumulativeSumCases } from './cases.ts';
import { cumulativeSumKernel, cumulativeSumKernels } from './kernel.ts';
import { cumulativeSumReference } from './reference.ts';

const cumulativeSum: Op<'cumulativeSum', { readonly reverse: boolean }> = defineOp({
  kind: 'cumulativeSum',
  meaning: '(x [B, T, H]) -> y_t = sum_{s <= t} x_s; reverse: sum_{s >= t} x_s.',
  infer: (inputs) => [shapeRule('cumulativeSum', inputs, { x: '[B, T, H]' })('[B, T, H]')],
  gradient: ({ builder, dOutputs: [dy] }, { reverse }) =>
    dy === null ? [null] : [callOne(builder, 'cumulativeSum', [dy], { reverse: !reverse })],
  inPlace: [[0, 0]],
  flops: ([x]) => sizeOf(x.shape),
  split: piecewise,
  half: runningSum('grows with time while what matters is the difference of neighbours'),
  tolerance: sums,
  cases: cumulativeSumCases,
  reference: cumulativeSumReference,
  kernels: {
    cpu: { lower: scanCpu(cumulativeSumKernel), scans: cumulativeSumKernels },
    webgpu: { lower: scanWebgpu(cumulativeSumKernel) },
    tensorflow: scanTfjs(cumulativeSumKernel),
  },
});

export const cumulativeSumOps = { cumulativeSum };
