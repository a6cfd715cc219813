// affine: scale x + shift with two fixed numbers (1 - z, averages, negation without a second tensor).
import { sizeOf } from '../../core/tensor.ts';
import { callOne } from '../call.ts';
import { shapeRule } from '../shape-rule.ts';
import { mapCpu } from '../../kernel/emit/map-devices.ts';
import { moved } from '../half-rule.ts';
import { defineOp, type Op } from '../op.ts';
import { piecewise } from '../split-rule.ts';
import { rounding, stored } from '../tolerance.ts';
import { affineCases } from './cases.ts';
import { affineKernel, affineMap } from './kernel.ts';
import { affineReference } from './reference.ts';
import { affineTfjs } from './tfjs.ts';
import { affineElement, affineWebgpu } from './webgpu.ts';

const affine: Op<'affine', { readonly scale: number; readonly shift: number }> = defineOp({
  kind: 'affine',
  meaning: '(x) -> scale x + shift.',
  infer: (inputs) => [shapeRule('affine', inputs, { x: '[…]' })('[…]')],
  gradient: ({ builder, dOutputs: [dy] }, { scale }) =>
    dy === null ? [null] : [callOne(builder, 'affine', [dy], { scale, shift: 0 })],
  inPlace: [[0, 0]],
  flops: (_inputs, [y]) => 2 * sizeOf(y.shape),
  split: piecewise,
  half: moved,
  tolerance: rounding,
  halfTolerance: stored,
  cases: affineCases,
  reference: affineReference,
  kernels: {
    cpu: { lower: mapCpu(affineMap), maps: [affineKernel] },
    webgpu: { lower: affineWebgpu, element: affineElement },
    tensorflow: affineTfjs,
  },
});

export const affineOps = { affine };
