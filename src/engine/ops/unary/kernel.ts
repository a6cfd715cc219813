// unary and unaryGrad in the language of kernels. A derivative is derived from the function; a hand-written one is given where the derived
// one would lose digits (1 - sigmoid(x) for large x) or differ in the last bit from the earlier hand-written kernels.
import * as k from '../../kernel/expr.ts';
import { backwardMap, defineMap, type MapKernel, type MapOf } from '../../kernel/map.ts';
import type { GateFn, OpAttrs, UnaryFn } from '../kinds.ts';

type Formula = (x: k.Expr) => k.Expr;

const { add, div, exp, fma, mul, normalCdf, normalDensity, reciprocal, select, sigmoid, sub, tanh } = k;

const positive = (x: k.Expr): k.Condition => k.less(0, x);

/** sqrt(2 / pi) (x + 0.044715 x^3) */
const geluInner: Formula = (x) => mul(0.7978845608, add(x, mul(mul(0.044715, mul(x, x)), x)));

const tanhSlope: Formula = (x) => mul(sub(1, tanh(x)), add(1, tanh(x)));

/** s (1 - s), with 1 - s as sigmoid(-x) so that it does not cancel for large x. */
const sigmoidSlope: Formula = (x) => mul(sigmoid(x), sigmoid(k.neg(x)));

const geluSlope: Formula = (x) => {
  const inner = geluInner(x);
  const bend = mul(mul(x, tanhSlope(inner)), mul(0.7978845608, fma(0.134145, mul(x, x), 1)));
  return mul(0.5, add(add(1, tanh(inner)), bend));
};

/** Functions that gates have too, with their derivatives. */
export const gateFormulas: Readonly<Record<GateFn, readonly [value: Formula, slope: Formula]>> = {
  sigmoid: [sigmoid, sigmoidSlope],
  tanh: [tanh, tanhSlope],
  relu: [(x) => k.atLeast(x, 0), (x) => select(positive(x), 1, 0)],
  silu: [(x) => mul(x, sigmoid(x)), (x) => mul(sigmoid(x), fma(x, sub(1, sigmoid(x)), 1))],
  gelu: [(x) => mul(mul(0.5, x), add(1, tanh(geluInner(x)))), geluSlope],
  geluErf: [(x) => mul(x, normalCdf(x)), (x) => fma(x, normalDensity(x), normalCdf(x))],
};

const functions: Readonly<Record<UnaryFn, readonly [value: Formula, slope?: Formula]>> = {
  neg: [k.neg],
  exp: [exp],
  log: [k.log],
  sigmoid: gateFormulas.sigmoid,
  tanh: gateFormulas.tanh,
  relu: gateFormulas.relu,
  silu: gateFormulas.silu,
  gelu: gateFormulas.gelu,
  geluErf: gateFormulas.geluErf,
  softplus: [k.softplus],
  square: [(x) => mul(x, x)],
  sqrt: [k.sqrt],
  reciprocal: [reciprocal, (x) => div(-1, mul(x, x))],
  oneMinus: [(x) => sub(1, x)],
  g: [(x) => select(k.lessEqual(0, x), add(x, 0.5), sigmoid(x)), (x) => select(k.lessEqual(0, x), 1, sigmoidSlope(x))],
  // Slope 0 at exactly 0, as that of the paper's log(relu(x) + 0.5).
  logG: [
    (x) => select(k.lessEqual(0, x), k.log(add(k.atLeast(x, 0), 0.5)), k.neg(k.softplus(k.neg(x)))),
    (x) => select(k.equal(x, 0), 0, select(positive(x), reciprocal(add(x, 0.5)), sigmoid(k.neg(x)))),
  ],
  elu: [(x) => select(positive(x), x, k.expm1(k.atMost(x, 0))), (x) => select(positive(x), 1, exp(x))],
  leakyRelu: [(x) => select(positive(x), x, mul(x, 0.01)), (x) => select(positive(x), 1, 0.01)],
  sin: [k.sin],
  cos: [k.cos],
  erf: [k.erf],
  expm1: [k.expm1],
  log1p: [k.log1p],
};

const x = k.input('x');

type Pair = readonly [forward: MapKernel, backward: MapKernel];

const kernels = Object.fromEntries(
  Object.entries(functions).map(([fn, [value, slope]]): readonly [string, Pair] => {
    const name = `${fn.slice(0, 1).toUpperCase()}${fn.slice(1)}`;
    const forward = defineMap({ name: `unary${name}`, tensors: ['x'], results: { y: value(x) } });
    return [fn, [forward, backwardMap(`unaryGrad${name}`, forward, ['x'], slope ? { x: slope(x) } : {})]];
  }),
) as Readonly<Record<UnaryFn, Pair>>;

export const unaryKernels: readonly MapKernel[] = Object.values(kernels).flat();

export const unaryMap: MapOf<OpAttrs['unary']> = ({ fn }) => ({ kernel: kernels[fn][0] });
export const unaryGradMap: MapOf<OpAttrs['unaryGrad']> = ({ fn }) => ({ kernel: kernels[fn][1] });
