// Cases of unary: each function on numbers it is defined for, clear of its kink.
import type { UnaryFn } from '../kinds.ts';
import { normal, offZero, positive, wide, elementShapes, type OpCase } from '../cases.ts';

const unaryInputs: Readonly<Record<UnaryFn, typeof normal>> = {
  neg: normal,
  exp: normal,
  log: positive,
  sigmoid: normal,
  tanh: normal,
  relu: offZero,
  silu: normal,
  gelu: normal,
  geluErf: normal,
  softplus: normal,
  square: normal,
  sqrt: positive,
  reciprocal: positive,
  oneMinus: normal,
  g: offZero,
  logG: offZero,
  elu: offZero,
  leakyRelu: offZero,
  sin: wide,
  cos: wide,
  erf: normal,
  expm1: normal,
  log1p: positive,
};

export function unaryCases(): OpCase<'unary'>[] {
  const functions = Object.entries(unaryInputs) as [UnaryFn, typeof normal][];
  return functions.flatMap(([fn, make]) =>
    elementShapes.map((shape) => ({
      name: `unary ${fn} [${shape.join(', ')}]`,
      attrs: { fn },
      inputs: [make(...shape)],
    })),
  );
}
