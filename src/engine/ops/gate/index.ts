// gate and gateGrad: one number times a function of another, in one pass. The gradient recomputes the function, so it need not be kept.
import { sizeOf } from '../../core/tensor.ts';
import { mapCpu, mapTfjs } from '../../kernel/emit/map-devices.ts';
import { mapElement, mapWebgpu } from '../../kernel/emit/map-wgsl.ts';
import { call } from '../call.ts';
import { half } from '../half-rule.ts';
import type { GateFn } from '../kinds.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { shapeRule } from '../shape-rule.ts';
import { piecewise } from '../split-rule.ts';
import { stored, transcendental } from '../tolerance.ts';
import { unaryCost } from '../unary/cost.ts';
import { gateCases } from './cases.ts';
import { gateGradMap, gateKernels, gateMap } from './kernel.ts';
import { gateGradReference, gateReference } from './reference.ts';
import { gateGradWebgpu } from './webgpu.ts';

const gate: Op<'gate', { readonly fn: GateFn }> = defineOp({
  kind: 'gate',
  meaning: '(x, gate) -> x fn(gate), of one shape.',
  infer: (inputs) => [shapeRule('gate', inputs, { x: '[…]', gate: '[…]' })('[…]')],
  gradient: ({ builder, inputs, dOutputs: [dy] }, attrs) =>
    dy === null ? [null, null] : call(builder, 'gateGrad', [...inputs, dy], attrs),
  inPlace: [
    [0, 0],
    [0, 1],
  ],
  flops: (_inputs, [y], { fn }) => (unaryCost[fn] + 1) * sizeOf(y.shape),
  split: piecewise,
  half,
  tolerance: transcendental,
  halfTolerance: stored,
  cases: gateCases,
  reference: gateReference,
  kernels: {
    cpu: { lower: mapCpu(gateMap), maps: gateKernels },
    webgpu: { lower: mapWebgpu(gateMap), element: mapElement(gateMap) },
    tensorflow: mapTfjs(gateMap),
  },
});

const gateGrad: GradientOp<'gateGrad', { readonly fn: GateFn }> = defineGradient({
  kind: 'gateGrad',
  meaning: '(x, gate, dy) -> dx, dgate of gate; recomputes the function.',
  infer: (inputs) => {
    const resolve = shapeRule('gateGrad', inputs, { x: '[…]', gate: '[…]', dy: '[…]' });
    return [resolve('[…]'), resolve('[…]')];
  },
  inPlace: [
    [1, 0],
    [1, 1],
    [1, 2],
  ],
  flops: (_inputs, [dx], { fn }) => (unaryCost[fn] + 4) * sizeOf(dx.shape),
  split: piecewise,
  tolerance: transcendental,
  reference: gateGradReference,
  kernels: {
    cpu: { lower: mapCpu(gateGradMap) },
    webgpu: { lower: gateGradWebgpu },
    tensorflow: mapTfjs(gateGradMap),
  },
});

export const gateOps = { gate, gateGrad };
