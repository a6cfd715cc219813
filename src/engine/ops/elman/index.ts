// elman and elmanGrad: the simple recurrent network with tanh (Elman 1990), whole sequence at once.
import { sizeOf } from '../../core/tensor.ts';
import { arrivingAtFirst, call } from '../call.ts';
import { shapesOf } from '../shape-rule.ts';
import { half } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { D, P, S, W, recurrent } from '../split-rule.ts';
import { deepRecurrence, storedSteps } from '../tolerance.ts';
import { elmanCases } from './cases.ts';
import { elmanCpu, elmanGradCpu } from './cpu.ts';
import { elmanGradReference, elmanReference } from './reference.ts';
import { elmanGradTfjs, elmanTfjs } from './tfjs.ts';
import { elmanGradWebgpu, elmanWebgpu } from './webgpu.ts';

const shapes = shapesOf('elman', {
  inputs: { gx: '[B, T, H]', weight: '[H, H]', 'h0?': '[B, H]' },
  outputs: { h: '[B, T, H]' },
});
const gradShapes = shapesOf('elmanGrad', {
  inputs: { weight: '[H, H]', h: '[B, T, H]', dh: '[B, T, H]', 'h0?': '[B, H]' },
  outputs: { dgx: '[B, T, H]', dweight: '[H, H]', 'dh0?': '[B, H]' },
});

const elman: Op<'elman', { readonly initial: boolean }> = defineOp({
  kind: 'elman',
  meaning: '(gx [B, T, H] with both biases added, weight [H, H], h0? [B, H]) -> h_t = tanh(gx_t + W h_{t-1}).',
  infer: (inputs, { initial }) => shapes(inputs, initial),
  gradient(context, attrs) {
    const { builder, inputs, outputs } = context;
    const dh = arrivingAtFirst(context, 'elman', ['h']);
    const start = attrs.initial ? [inputs[2]] : [];
    return call(builder, 'elmanGrad', [inputs[1], outputs[0], dh, ...start], attrs);
  },
  inPlace: [[0, 0]],
  flops: ([, weight], [h]) => sizeOf(h.shape) * (2 * weight.shape[1] + 5),
  split: recurrent([P, W], [S]),
  half,
  tolerance: deepRecurrence,
  halfTolerance: storedSteps,
  cases: elmanCases,
  reference: elmanReference,
  kernels: {
    cpu: { lower: elmanCpu, entries: ['elman'] },
    webgpu: { lower: elmanWebgpu },
    tensorflow: elmanTfjs,
  },
});

const elmanGrad: GradientOp<'elmanGrad', { readonly initial: boolean }> = defineGradient({
  kind: 'elmanGrad',
  meaning: '(weight, h, dh, h0?) -> dgx, dweight (, dh0).',
  infer: (inputs, { initial }) => gradShapes(inputs, initial),
  inPlace: [[0, 2]],
  flops: ([weight, h]) => sizeOf(h.shape) * (4 * weight.shape[1] + 4),
  split: recurrent([W], [S, D]),
  tolerance: deepRecurrence,
  reference: elmanGradReference,
  kernels: {
    cpu: { lower: elmanGradCpu, entries: ['elmanGrad'] },
    webgpu: { lower: elmanGradWebgpu },
    tensorflow: elmanGradTfjs,
  },
});

export const elmanOps = { elman, elmanGrad };
