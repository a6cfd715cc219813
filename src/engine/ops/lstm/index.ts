// lstm and lstmGrad: long short-term memory (Hochreiter and Schmidhuber 1997, forget gate of Gers et al. 2000), whole sequence at once.
import { sizeOf } from '../../core/tensor.ts';
import { gatedGradient } from '../call.ts';
import { shapesOf } from '../shape-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { D, P, S, W, recurrent } from '../split-rule.ts';
import { deepRecurrence, storedSteps } from '../tolerance.ts';
import { lstmCases } from './cases.ts';
import { lstmCpu, lstmGradCpu } from './cpu.ts';
import { lstmGradReference, lstmReference } from './reference.ts';
import { lstmGradTfjs, lstmTfjs } from './tfjs.ts';
import { lstmGradWebgpu, lstmWebgpu } from './webgpu.ts';

const shapes = shapesOf('lstm', {
  inputs: { gx: '[B, T, 4H]', weight: '[4H, H]', 'h0?': '[B, H]', 'c0?': '[B, H]' },
  outputs: { h: '[B, T, H]', c: '[B, T, H]', gates: '[B, T, 4H]' },
});
const gradShapes = shapesOf('lstmGrad', {
  inputs: {
    weight: '[4H, H]',
    h: '[B, T, H]',
    c: '[B, T, H]',
    gates: '[B, T, 4H]',
    dh: '[B, T, H]',
    dc: '[B, T, H]',
    'h0?': '[B, H]',
    'c0?': '[B, H]',
  },
  outputs: { dgx: '[B, T, 4H]', dweight: '[4H, H]', 'dh0?': '[B, H]', 'dc0?': '[B, H]' },
});

const lstm: Op<'lstm', { readonly initial: boolean }> = defineOp({
  kind: 'lstm',
  meaning:
    '(gx [B, T, 4H] in order i | f | g | o with both biases added, weight [4H, H], h0? [B, H], c0? [B, H]) -> h, c [B, T, H], gates [B, T, 4H].',
  infer: (inputs, { initial }) => shapes(inputs, initial),
  gradient: gatedGradient('lstm', 'lstmGrad', 'c'),
  inPlace: [[2, 0]],
  flops: ([, weight], [h]) => sizeOf(h.shape) * (8 * weight.shape[1] + 28),
  split: recurrent([P, W], [S, S, S]),
  half: {
    outputs: ['half', 'single', 'half'],
    reason: 'the cell is carried from step to step by adding to it: rounding it would add up as well',
  },
  tolerance: deepRecurrence,
  halfTolerance: storedSteps,
  cases: lstmCases,
  reference: lstmReference,
  kernels: {
    cpu: { lower: lstmCpu, entries: ['lstm'] },
    webgpu: { lower: lstmWebgpu },
    tensorflow: lstmTfjs,
  },
});

const lstmGrad: GradientOp<'lstmGrad', { readonly initial: boolean }> = defineGradient({
  kind: 'lstmGrad',
  meaning:
    '(weight, h, c, gates, dh, dc, h0?, c0?) -> dgx, dweight (, dh0, dc0). dc = gradient arriving at every c_t (zeros but for the last, usually).',
  infer: (inputs, { initial }) => gradShapes(inputs, initial),
  inPlace: [[0, 3]],
  flops: ([weight, h]) => sizeOf(h.shape) * (16 * weight.shape[1] + 30),
  split: recurrent([W], [S, D]),
  tolerance: deepRecurrence,
  reference: lstmGradReference,
  kernels: {
    cpu: { lower: lstmGradCpu, entries: ['lstmGrad'] },
    webgpu: { lower: lstmGradWebgpu },
    tensorflow: lstmGradTfjs,
  },
});

export const lstmOps = { lstm, lstmGrad };
