// What a function of one number costs, for counts of FLOPs. Independent of kernels.
import type { UnaryFn } from '../kinds.ts';

/** Multiplications, additions and transcendental calls, each counted as one. */
export const unaryCost: Readonly<Record<UnaryFn, number>> = {
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
