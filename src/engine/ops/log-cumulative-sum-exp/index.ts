// logCumulativeSumExp and its gradient: the running log-sum-exp over time, the heart of the log-space scan (Heinsen 2023).
import { sizeOf } from '../../core/tensor.ts';
import { scanCpu } from '../../kernel/emit/cpu.ts';
import { arrivingAtFirst, callOne } from '../call.ts';
import { shapeRule } from '../shape-rule.ts';
import { runningSum } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { piecewise } from '../split-rule.ts';
import { logSpace } from '../tolerance.ts';
import { logCumulativeSumExpCases } from './cases.ts';
import { logCumulativeSumExpGradKernel, logCumulativeSumExpKernel, logCumulativeSumExpKernels } from './kernel.ts';
import { logCumulativeSumExpGradReference, logCumulativeSumExpReference } from './reference.ts';
import { logCumulativeSumExpGradTfjs, logCumulativeSumExpTfjs } from './tfjs.ts';
import { logCumulativeSumExpGradWebgpu, logCumulativeSumExpWebgpu } from './webgpu.ts';

const logCumulativeSumExp: Op<'logCumulativeSumExp', Record<never, never>> = defineOp({
  kind: 'logCumulativeSumExp',
  meaning: '(x [B, T, H]) -> y_t = log sum_{s <= t} exp x_s = max(y_{t-1}, x_t) + log(1 + exp(-|y_{t-1} - x_t|)).',
  infer: (inputs) => [shapeRule('logCumulativeSumExp', inputs, { x: '[B, T, H]' })('[B, T, H]')],
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dy = arrivingAtFirst(context, 'logCumulativeSumExp', ['y']);
    return [callOne(builder, 'logCumulativeSumExpGrad', [inputs[0], outputs[0], dy], attrs)];
  },
  inPlace: [[0, 0]],
  flops: ([x]) => 6 * sizeOf(x.shape),
  split: piecewise,
  half: runningSum('the logarithm of a sum that grows with time'),
  tolerance: logSpace,
  cases: logCumulativeSumExpCases,
  reference: logCumulativeSumExpReference,
  kernels: {
    cpu: { lower: scanCpu(logCumulativeSumExpKernel), scans: logCumulativeSumExpKernels },
    webgpu: { lower: logCumulativeSumExpWebgpu },
    tensorflow: logCumulativeSumExpTfjs,
  },
});

const logCumulativeSumExpGrad: GradientOp<'logCumulativeSumExpGrad', Record<never, never>> = defineGradient({
  kind: 'logCumulativeSumExpGrad',
  meaning:
    '(x, y, dy) -> dx, by the stable reverse recurrence s_t = dy_t + s_{t+1} exp(y_t - y_{t+1}), dx_t = s_t exp(x_t - y_t).',
  infer(inputs) {
    const patterns = { x: '[B, T, H]', y: '[B, T, H]', dy: '[B, T, H]' };
    return [shapeRule('logCumulativeSumExpGrad', inputs, patterns)('[B, T, H]')];
  },
  inPlace: [
    [0, 0],
    [0, 2],
  ],
  flops: ([x]) => 7 * sizeOf(x.shape),
  split: piecewise,
  tolerance: logSpace,
  reference: logCumulativeSumExpGradReference,
  kernels: {
    cpu: { lower: scanCpu(logCumulativeSumExpGradKernel) },
    webgpu: { lower: logCumulativeSumExpGradWebgpu },
    tensorflow: logCumulativeSumExpGradTfjs,
  },
});

export const logCumulativeSumExpOps = { logCumulativeSumExp, logCumulativeSumExpGrad };
