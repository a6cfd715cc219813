// unary and unaryGrad: one function of one number, elementwise. The gradient recomputes from x, so y need not be kept.
import { sizeOf } from '../../core/tensor.ts';
import { callOne } from '../call.ts';
import type { UnaryFn } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';
import { mapCpu, mapTfjs } from '../../kernel/emit/map-devices.ts';
import { mapElement, mapWebgpu } from '../../kernel/emit/map-wgsl.ts';
import { half, logarithm, moved, type HalfRule } from '../half-rule.ts';
import { defineGradient, defineOp, type GradientOp, type Op } from '../op.ts';
import { piecewise } from '../split-rule.ts';
import { stored, transcendental } from '../tolerance.ts';
import { unaryCases } from './cases.ts';
import { unaryCost } from './cost.ts';
import { unaryGradMap, unaryKernels, unaryMap } from './kernel.ts';
import { unaryGradReference, unaryReference } from './reference.ts';

/** Logarithms stay float32; functions that only move a number are stored like their input. */
const unaryRule = ({ fn }: { readonly fn: UnaryFn }): HalfRule => {
  if (fn === 'log' || fn === 'logG' || fn === 'softplus') return logarithm;
  return fn === 'neg' || fn === 'oneMinus' ? moved : half;
};

const unary: Op<'unary', { readonly fn: UnaryFn }> = defineOp({
  kind: 'unary',
  meaning: '(x) -> fn(x).',
  infer: (inputs) => [shapeRule('unary', inputs, { x: '[…]' })('[…]')],
  gradient: ({ builder, inputs: [x], dOutputs: [dy] }, attrs) =>
    dy === null ? [null] : [callOne(builder, 'unaryGrad', [x, dy], attrs)],
  inPlace: [[0, 0]],
  flops: (_inputs, [y], { fn }) => unaryCost[fn] * sizeOf(y.shape),
  split: piecewise,
  half: unaryRule,
  tolerance: transcendental,
  halfTolerance: stored,
  cases: unaryCases,
  reference: unaryReference,
  kernels: {
    cpu: { lower: mapCpu(unaryMap), maps: unaryKernels },
    webgpu: { lower: mapWebgpu(unaryMap), element: mapElement(unaryMap) },
    tensorflow: mapTfjs(unaryMap),
  },
});

const unaryGrad: GradientOp<'unaryGrad', { readonly fn: UnaryFn }> = defineGradient({
  kind: 'unaryGrad',
  meaning: '(x, dy) -> dx of unary; recomputes from x.',
  infer: (inputs) => [shapeRule('unaryGrad', inputs, { x: '[…]', dy: '[…]' })('[…]')],
  inPlace: [
    [0, 0],
    [0, 1],
  ],
  flops: (_inputs, [dx], { fn }) => (unaryCost[fn] + 2) * sizeOf(dx.shape),
  split: piecewise,
  tolerance: transcendental,
  reference: unaryGradReference,
  kernels: {
    cpu: { lower: mapCpu(unaryGradMap) },
    webgpu: { lower: mapWebgpu(unaryGradMap), element: mapElement(unaryGradMap) },
    tensorflow: mapTfjs(unaryGradMap),
  },
});

export const unaryOps = { unary, unaryGrad };
