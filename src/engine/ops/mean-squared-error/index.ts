// meanSquaredError and its gradient: the loss of regression, over the elements selected by a mask.
import { sizeOf } from '../../core/tensor.ts';
import { arrivingAtFirst, callOne } from '../call.ts';
import { shapeRule } from '../shape-rule.ts';
import { mapCpu, mapTfjs } from '../../kernel/emit/map-devices.ts';
import { mapWebgpu } from '../../kernel/emit/map-wgsl.ts';
import { rowsCpu, rowsTfjs } from '../../kernel/emit/rows-devices.ts';
import { rowsWebgpu } from '../../kernel/emit/rows-wgsl.ts';
import { scores } from '../half-rule.ts';
import type { OpAttrs } from '../kinds.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import type { SampleRule, Split } from '../../plan/slab/sample-rule.ts';
import { P, S, W, always } from '../split-rule.ts';
import { rounding, sums } from '../tolerance.ts';
import { meanSquaredErrorCases } from './cases.ts';
import { squaredErrorGradKernel, squaredErrorGradMap, squaredErrorKernel, squaredErrorRows } from './kernel.ts';
import { meanSquaredErrorGradReference, meanSquaredErrorReference } from './reference.ts';

const squaredErrorRule: SampleRule<OpAttrs['meanSquaredError']> = (): Split => ({
  inputs: [P, P, P],
  outputs: ['mean', 'count'],
  count: { op: 'reduceSum', input: 2, attrs: { over: 'all', mean: false } },
});

const meanSquaredError: Op<'meanSquaredError', Record<never, never>> = defineOp({
  kind: 'meanSquaredError',
  meaning:
    '(prediction […], target […], mask […]) -> loss [] = sum mask (prediction - target)^2 / count, count [] = sum mask. mask holds 0 and 1; loss 0 when the count is 0. Only prediction has a gradient.',
  infer(inputs) {
    const resolve = shapeRule('meanSquaredError', inputs, { prediction: '[…]', target: '[…]', mask: '[…]' });
    return [resolve('[]'), resolve('[]')];
  },
  gradient(context, attrs) {
    const { builder, inputs, outputs, wanted } = context;
    if (wanted[1] || wanted[2])
      throw new Error('meanSquaredError: target and mask have no gradient, got a loss that asks for one');
    const dloss = arrivingAtFirst(context, 'meanSquaredError', ['loss', 'count']);
    return [callOne(builder, 'meanSquaredErrorGrad', [...inputs, outputs[1], dloss], attrs), null, null];
  },
  flops: ([prediction]) => 5 * sizeOf(prediction.shape),
  split: squaredErrorRule,
  half: scores,
  tolerance: sums,
  cases: meanSquaredErrorCases,
  reference: meanSquaredErrorReference,
  kernels: {
    cpu: { lower: rowsCpu(squaredErrorRows), rows: [squaredErrorKernel] },
    webgpu: { lower: rowsWebgpu(squaredErrorRows) },
    tensorflow: rowsTfjs(squaredErrorRows),
  },
});

const meanSquaredErrorGrad: GradientOp<'meanSquaredErrorGrad', Record<never, never>> = defineGradient({
  kind: 'meanSquaredErrorGrad',
  meaning:
    '(prediction, target, mask, count [], dloss []) -> dprediction = 2 mask (prediction - target) dloss / count.',
  infer(inputs) {
    const patterns = { prediction: '[…]', target: '[…]', mask: '[…]', count: '[]', dloss: '[]' };
    return [shapeRule('meanSquaredErrorGrad', inputs, patterns)('[…]')];
  },
  inPlace: [[0, 0]],
  flops: ([prediction]) => 4 * sizeOf(prediction.shape),
  split: always([P, P, P, W, W], [S]),
  tolerance: rounding,
  reference: meanSquaredErrorGradReference,
  kernels: {
    cpu: { lower: mapCpu(squaredErrorGradMap), maps: [squaredErrorGradKernel] },
    webgpu: { lower: mapWebgpu(squaredErrorGradMap) },
    tensorflow: mapTfjs(squaredErrorGradMap),
  },
});

export const meanSquaredErrorOps = { meanSquaredError, meanSquaredErrorGrad };
