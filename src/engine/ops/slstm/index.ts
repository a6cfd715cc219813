// slstm and slstmGrad: the sLSTM of xLSTM (Beck et al. 2024), whole sequence at once. Exponential gates make its cell a weighted mean: kept are the
// mean and the logarithm of all weights, so that nothing overflows (decision 30).
import { sizeOf } from '../../core/tensor.ts';
import { gatedGradient } from '../call.ts';
import { shapesOf } from '../shape-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { D, P, S, W, recurrent } from '../split-rule.ts';
import { deepRecurrence, storedSteps } from '../tolerance.ts';
import { slstmCases } from './cases.ts';
import { slstmCpu, slstmGradCpu } from './cpu.ts';
import { slstmGradReference, slstmReference } from './reference.ts';
import { slstmGradTfjs, slstmTfjs } from './tfjs.ts';
import { slstmGradWebgpu, slstmWebgpu } from './webgpu.ts';

const shapes = shapesOf('slstm', {
  inputs: { gx: '[B, T, 4H]', weight: '[N, 4E, E]', 's0?': '[B, H]', 'm0?': '[B, 2H]' },
  outputs: { h: '[B, T, H]', cells: '[B, T, 2H]', gates: '[B, T, 4H]' },
});
const gradShapes = shapesOf('slstmGrad', {
  inputs: {
    weight: '[N, 4E, E]',
    h: '[B, T, H]',
    cells: '[B, T, 2H]',
    gates: '[B, T, 4H]',
    dh: '[B, T, H]',
    dcells: '[B, T, 2H]',
    's0?': '[B, H]',
    'm0?': '[B, 2H]',
  },
  outputs: { dgx: '[B, T, 4H]', dweight: '[N, 4E, E]', 'ds0?': '[B, H]', 'dm0?': '[B, 2H]' },
});

/** The matrix has one block for each head. */
function refuseHeads([, weight]: readonly { readonly shape: readonly number[] }[], width: number): void {
  const [heads = 1, , size = 1] = weight?.shape ?? [];
  if (heads * size !== width)
    throw new Error(`slstm: weight must have ${width} columns in all heads together, got ${heads} x ${size}`);
}

const slstm: Op<'slstm', { readonly initial: boolean }> = defineOp({
  kind: 'slstm',
  meaning:
    '(gx [B, T, 4H] = heads | gates i, f, z, o | channels, weight [heads, 4 H/heads, H/heads], h0? [B, H], cells0? [B, 2H]) -> h [B, T, H], cells [B, T, 2H] = mean | logarithm of the weights, gates [B, T, 4H]. With pre-activations gx + W h: weights fade by sigmoid(f), z = tanh enters with weight e^i, h = sigmoid(o) mean.',
  infer(inputs, { initial }) {
    const found = shapes(inputs, initial);
    refuseHeads(inputs, found[0]?.shape[2] ?? 1);
    return found;
  },
  gradient: gatedGradient('slstm', 'slstmGrad', 'cells'),
  inPlace: [[2, 0]],
  flops: ([, weight], [h]) => sizeOf(h.shape) * (8 * (weight.shape[2] ?? 1) + 40),
  split: recurrent([P, W], [S, S, S]),
  half: {
    outputs: ['half', 'single', 'half'],
    reason: 'mean and weight are carried from step to step by adding to them: rounding them would add up as well',
  },
  tolerance: deepRecurrence,
  halfTolerance: storedSteps,
  cases: slstmCases,
  reference: slstmReference,
  kernels: {
    cpu: { lower: slstmCpu, entries: ['slstm'] },
    webgpu: { lower: slstmWebgpu },
    tensorflow: slstmTfjs,
  },
});

const slstmGrad: GradientOp<'slstmGrad', { readonly initial: boolean }> = defineGradient({
  kind: 'slstmGrad',
  meaning: '(weight, h, cells, gates, dh, dcells, h0?, cells0?) -> dgx, dweight (, dh0, dcells0).',
  infer: (inputs, { initial }) => gradShapes(inputs, initial),
  inPlace: [[0, 3]],
  flops: ([weight, h]) => sizeOf(h.shape) * (16 * (weight.shape[2] ?? 1) + 40),
  split: recurrent([W], [S, D]),
  tolerance: deepRecurrence,
  reference: slstmGradReference,
  kernels: {
    cpu: { lower: slstmGradCpu, entries: ['slstmGrad'] },
    webgpu: { lower: slstmGradWebgpu },
    tensorflow: slstmGradTfjs,
  },
});

export const slstmOps = { slstm, slstmGrad };
