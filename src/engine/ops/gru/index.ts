// gru and gruGrad: the gated recurrent unit (Cho et al. 2014) as torch computes it, reset after the product, whole sequence at once.
import { sizeOf } from '../../core/tensor.ts';
import { arrivingAtFirst, call } from '../call.ts';
import { shapesOf } from '../shape-rule.ts';
import { half } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { D, P, S, W, recurrent } from '../split-rule.ts';
import { deepRecurrence, storedSteps } from '../tolerance.ts';
import { gruCases } from './cases.ts';
import { gruCpu, gruGradCpu } from './cpu.ts';
import { gruGradReference, gruReference } from './reference.ts';
import { gruGradTfjs, gruTfjs } from './tfjs.ts';
import { gruGradWebgpu, gruWebgpu } from './webgpu.ts';

const shapes = shapesOf('gru', {
  inputs: { gx: '[B, T, 3H]', weight: '[3H, H]', bias: '[3H]', 'h0?': '[B, H]' },
  outputs: { h: '[B, T, H]', gates: '[B, T, 4H]' },
});
const gradShapes = shapesOf('gruGrad', {
  inputs: { weight: '[3H, H]', h: '[B, T, H]', gates: '[B, T, 4H]', dh: '[B, T, H]', 'h0?': '[B, H]' },
  outputs: { dgx: '[B, T, 3H]', dweight: '[3H, H]', dbias: '[3H]', 'dh0?': '[B, H]' },
});

const gru: Op<'gru', { readonly initial: boolean }> = defineOp({
  kind: 'gru',
  meaning:
    "(gx [B, T, 3H] = W_ih x + b_ih in order r | z | n, weight [3H, H], bias [3H], h0? [B, H]) -> h [B, T, H], gates [B, T, 4H] = r, z, n, W_hn h + b_hn. n = tanh(gx_n + r (W_hn h + b_hn)); h = (1 - z) n + z h: torch's GRU (reset after the product).",
  infer: (inputs, { initial }) => shapes(inputs, initial),
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dh = arrivingAtFirst(context, 'gru', ['h', 'gates']);
    const start = attrs.initial ? [inputs[3]] : [];
    return call(builder, 'gruGrad', [inputs[1], outputs[0], outputs[1], dh, ...start], attrs);
  },
  flops: ([, weight], [h]) => sizeOf(h.shape) * (6 * weight.shape[1] + 22),
  split: recurrent([P, W, W], [S, S]),
  half,
  tolerance: deepRecurrence,
  halfTolerance: storedSteps,
  cases: gruCases,
  reference: gruReference,
  kernels: {
    cpu: { lower: gruCpu, entries: ['gru'] },
    webgpu: { lower: gruWebgpu },
    tensorflow: gruTfjs,
  },
});

const gruGrad: GradientOp<'gruGrad', { readonly initial: boolean }> = defineGradient({
  kind: 'gruGrad',
  meaning: '(weight, h, gates, dh, h0?) -> dgx, dweight, dbias (, dh0).',
  infer: (inputs, { initial }) => gradShapes(inputs, initial),
  flops: ([weight, h]) => sizeOf(h.shape) * (12 * weight.shape[1] + 25),
  split: recurrent([W, P, P, P], [S, D, D]),
  tolerance: deepRecurrence,
  reference: gruGradReference,
  kernels: {
    cpu: { lower: gruGradCpu, entries: ['gruGrad', 'recurrentWeightGrad'] },
    webgpu: { lower: gruGradWebgpu },
    tensorflow: gruGradTfjs,
  },
});

export const gruOps = { gru, gruGrad };
