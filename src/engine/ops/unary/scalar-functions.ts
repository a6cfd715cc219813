// Each unary function and its derivative for one number in float64: the definition that devices are compared with.
import type { UnaryFn } from '../kinds.ts';

export interface ScalarFunction {
  readonly value: (x: number) => number;
  readonly derivative: (x: number) => number;
}

/** 1 / (1 + exp(-x)), without overflow for any x. */
export const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

/** log(1 + exp x), without overflow for any x. */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** The error function by the series 2/sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!!, whose terms have one sign. */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** Paper's positive candidate: x + 0.5 for x >= 0, else sigmoid(x). */
export const positive = (x: number): number => (x >= 0 ? x + 0.5 : sigmoid(x));
/** Its derivative; 1 at the kink x = 0. */
export const positiveDerivative = (x: number): number => (x >= 0 ? 1 : sigmoid(x) * (1 - sigmoid(x)));

const geluScale = Math.sqrt(2 / Math.PI);
const geluInner = (x: number): number => geluScale * (x + 0.044715 * x ** 3);
const normalCdf = (x: number): number => 0.5 * (1 + erf(x / Math.SQRT2));
const normalDensity = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);

function geluDerivative(x: number): number {
  const inner = Math.tanh(geluInner(x));
  return 0.5 * (1 + inner) + 0.5 * x * (1 - inner * inner) * geluScale * (1 + 3 * 0.044715 * x * x);
}

const leakySlope = 0.01;

export const scalarFunctions: Readonly<Record<UnaryFn, ScalarFunction>> = {
  neg: { value: (x) => -x, derivative: () => -1 },
  exp: { value: Math.exp, derivative: Math.exp },
  log: { value: Math.log, derivative: (x) => 1 / x },
  sigmoid: { value: sigmoid, derivative: (x) => sigmoid(x) * (1 - sigmoid(x)) },
  tanh: { value: Math.tanh, derivative: (x) => 1 - Math.tanh(x) ** 2 },
  relu: { value: (x) => Math.max(x, 0), derivative: (x) => (x > 0 ? 1 : 0) },
  silu: { value: (x) => x * sigmoid(x), derivative: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))) },
  gelu: { value: (x) => 0.5 * x * (1 + Math.tanh(geluInner(x))), derivative: geluDerivative },
  geluErf: { value: (x) => x * normalCdf(x), derivative: (x) => normalCdf(x) + x * normalDensity(x) },
  softplus: { value: softplus, derivative: sigmoid },
  square: { value: (x) => x * x, derivative: (x) => 2 * x },
  sqrt: { value: Math.sqrt, derivative: (x) => 0.5 / Math.sqrt(x) },
  reciprocal: { value: (x) => 1 / x, derivative: (x) => -1 / (x * x) },
  oneMinus: { value: (x) => 1 - x, derivative: () => -1 },
  g: { value: positive, derivative: positiveDerivative },
  // Derivative 0 at exactly 0, as the paper's log(relu(x) + 0.5) has it.
  logG: {
    value: (x) => (x >= 0 ? Math.log(x + 0.5) : -softplus(-x)),
    derivative: (x) => (x > 0 ? 1 / (x + 0.5) : x === 0 ? 0 : sigmoid(-x)),
  },
  elu: { value: (x) => (x > 0 ? x : Math.expm1(x)), derivative: (x) => (x > 0 ? 1 : Math.exp(x)) },
  leakyRelu: { value: (x) => (x > 0 ? x : leakySlope * x), derivative: (x) => (x > 0 ? 1 : leakySlope) },
  sin: { value: Math.sin, derivative: Math.cos },
  cos: { value: Math.cos, derivative: (x) => -Math.sin(x) },
  erf: { value: erf, derivative: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) },
  expm1: { value: Math.expm1, derivative: Math.exp },
  log1p: { value: Math.log1p, derivative: (x) => 1 / (1 + x) },
};
