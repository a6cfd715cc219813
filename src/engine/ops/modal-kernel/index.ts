// modalKernel and modalKernelGrad: the filter that a sum of modes is, each of which turns and fades at a fixed rate.
import { sizeOf } from '../../core/tensor.ts';
import { arrivingAtFirst, call } from '../call.ts';
import { small } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { shapeRule } from '../shape-rule.ts';
import { never } from '../split-rule.ts';
import { scans } from '../tolerance.ts';
import { modalKernelCases } from './cases.ts';
import { modalKernelCpu, modalKernelGradCpu } from './cpu.ts';
import { modalKernelGradReference, modalKernelReference } from './reference.ts';
import { modalKernelGradTfjs, modalKernelTfjs } from './tfjs.ts';
import { modalKernelGradWebgpu, modalKernelWebgpu } from './webgpu.ts';

export interface ModalKernelAttrs {
  readonly rows: number;
}

const modes = { aRe: '[C, N]', aIm: '[C, N]', cRe: '[C, N]', cIm: '[C, N]' };

const modalKernel: Op<'modalKernel', ModalKernelAttrs> = defineOp({
  kind: 'modalKernel',
  meaning: '(a real, a imaginary, c real, c imaginary, [C, N] each) -> kernel [rows, C] = Re(sum over n of c_n a_n^l).',
  infer: (inputs, { rows }) => [shapeRule('modalKernel', inputs, modes)(`[${rows}, C]`)],
  gradient(context, attrs) {
    const { builder, inputs } = context;
    const dkernel = arrivingAtFirst(context, 'modalKernel', ['kernel']);
    return call(builder, 'modalKernelGrad', [...inputs, dkernel], attrs);
  },
  flops: ([a], _outputs, { rows }) => 7 * sizeOf(a.shape) * rows,
  split: never,
  half: small,
  tolerance: scans,
  cases: modalKernelCases,
  reference: modalKernelReference,
  kernels: {
    cpu: { lower: modalKernelCpu, entries: ['modalKernel'] },
    webgpu: { lower: modalKernelWebgpu },
    tensorflow: modalKernelTfjs,
  },
});

const modalKernelGrad: GradientOp<'modalKernelGrad', ModalKernelAttrs> = defineGradient({
  kind: 'modalKernelGrad',
  meaning: '(a real, a imaginary, c real, c imaginary, dkernel) -> the gradients of the first four.',
  infer: (inputs, { rows }) => {
    const resolve = shapeRule('modalKernelGrad', inputs, { ...modes, dkernel: `[${rows}, C]` });
    return Object.values(modes).map(resolve);
  },
  flops: ([a], _outputs, { rows }) => 15 * sizeOf(a.shape) * rows,
  split: never,
  tolerance: scans,
  reference: modalKernelGradReference,
  kernels: {
    cpu: { lower: modalKernelGradCpu, entries: ['modalKernelGrad'] },
    webgpu: { lower: modalKernelGradWebgpu },
    tensorflow: modalKernelGradTfjs,
  },
});

export const modalKernelOps = { modalKernel, modalKernelGrad };
