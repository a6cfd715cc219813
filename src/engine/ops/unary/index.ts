// unary and unaryGrad: one function of one number, elementwise. The gradient recomputes from x, so y need not be kept.
import { sizeOf } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { callOne } from '../call.ts';
import type { OpAttrs, UnaryFn } from '../kinds.ts';
import { shapeRule } from '../shape-rule.ts';

/** Multiplications, additions and transcendental calls, each counted as one. */
const cost: Readonly<Record<UnaryFn, number>> = {
  neg: 1,
  exp: 1,
  log: 1,
  sigmoid: 4,
  tanh: 4,
  relu: 1,
  silu: 5,
  gelu: 9,
  geluErf: 5,
  softplus: 4,
  square: 1,
  sqrt: 1,
  reciprocal: 1,
  oneMinus: 1,
  g: 5,
  logG: 5,
  elu: 3,
  leakyRelu: 2,
  sin: 4,
  cos: 4,
  erf: 4,
  expm1: 4,
  log1p: 4,
};

/** (x) -> fn(x). */
export const unary: OpDef<OpAttrs['unary']> = {
  infer: (inputs) => [shapeRule('unary', inputs, { x: '[…]' })('[…]')],
  gradient: ({ builder, inputs: [x], dOutputs: [dy] }, attrs) =>
    dy === null ? [null] : [callOne(builder, 'unaryGrad', [x, dy], attrs)],
  inPlace: [[0, 0]],
  flops: (_inputs, [y], { fn }) => cost[fn] * sizeOf(y.shape),
};

/** (x, dy) -> dy fn'(x). */
export const unaryGrad: OpDef<OpAttrs['unaryGrad']> = {
  infer: (inputs) => [shapeRule('unaryGrad', inputs, { x: '[…]', dy: '[…]' })('[…]')],
  inPlace: [
    [0, 0],
    [0, 1],
  ],
  flops: (_inputs, [dx], { fn }) => (cost[fn] + 2) * sizeOf(dx.shape),
};
