// matrixScan and matrixScanGrad: a linear recurrence whose state is multiplied by a matrix at every step, which is what Newton's method makes of a
// recurrence that is not linear.
import { sizeOf } from '../../core/tensor.ts';
import { arrivingAtFirst, call } from '../call.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { runningSum } from '../half-rule.ts';
import { shapeRule } from '../shape-rule.ts';
import type { TensorType } from '../../core/tensor.ts';
import { piecewise } from '../split-rule.ts';
import { deepRecurrence, storedSteps } from '../tolerance.ts';
import { matrixScanCases } from './cases.ts';
import { matrixScanCpu, matrixScanGradCpu } from './cpu.ts';
import { matrixScanGradReference, matrixScanReference } from './reference.ts';
import { matrixScanGradTfjs, matrixScanTfjs } from './tfjs.ts';
import { matrixScanGradWebgpu, matrixScanWebgpu } from './webgpu.ts';

function shapeOf(op: string, inputs: readonly TensorType[], sequence: string): readonly TensorType[] {
  const width = inputs[1]?.shape[2] ?? 1;
  const resolve = shapeRule(op, inputs, { matrix: `[B, T, ${width * width}]`, [sequence]: '[B, T, H]' });
  return [resolve('[B, T, H]')];
}

const matrixScan: Op<'matrixScan', object> = defineOp({
  kind: 'matrixScan',
  meaning:
    '(matrix [B, T, H H], b [B, T, H]) -> y [B, T, H]. y_t = A_t y_{t-1} + b_t from zeros, A_t row by row. The matrices have no gradient: they are those of a linearised step, whose change does not matter where it is exact.',
  infer: (inputs) => shapeOf('matrixScan', inputs, 'b'),
  gradient(context) {
    const { builder, inputs } = context;
    const dy = arrivingAtFirst(context, 'matrixScan', ['y']);
    return [null, ...call(builder, 'matrixScanGrad', [inputs[0], dy], {})];
  },
  flops: (_inputs, [y]) => 2 * sizeOf(y.shape) * (y.shape[2] ?? 1),
  split: piecewise,
  half: runningSum('carried from step to step by adding to it: rounding it would add up as well'),
  tolerance: deepRecurrence,
  halfTolerance: storedSteps,
  cases: matrixScanCases,
  reference: matrixScanReference,
  kernels: {
    cpu: { lower: matrixScanCpu, entries: ['matrixScan'] },
    webgpu: { lower: matrixScanWebgpu },
    tensorflow: matrixScanTfjs,
  },
});

const matrixScanGrad: GradientOp<'matrixScanGrad', object> = defineGradient({
  kind: 'matrixScanGrad',
  meaning: '(matrix, dy) -> db. db_t = dy_t + A_{t+1}^T db_{t+1}.',
  infer: (inputs) => shapeOf('matrixScanGrad', inputs, 'dy'),
  flops: (_inputs, [db]) => 2 * sizeOf(db.shape) * (db.shape[2] ?? 1),
  split: piecewise,
  tolerance: deepRecurrence,
  reference: matrixScanGradReference,
  kernels: {
    cpu: { lower: matrixScanGradCpu, entries: ['matrixScanGrad'] },
    webgpu: { lower: matrixScanGradWebgpu },
    tensorflow: matrixScanGradTfjs,
  },
});

export const matrixScanOps = { matrixScan, matrixScanGrad };
