// Evaluates an expression in float64: the definition that emitters and derivatives are tested against. Not the reference of any op; those
// are hand-written.
import { isOperation, type Expr, type Op } from './expr.ts';

const positive = (x: number): number => 1 / (1 + Math.exp(-x));

const meanings: Readonly<Record<Op, (...args: number[]) => number>> = {
  neg: (x) => -x,
  abs: Math.abs,
  exp: Math.exp,
  expHeld: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sigmoid: (x) => (x >= 0 ? positive(x) : Math.exp(x) * positive(-x)),
  tanh: Math.tanh,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  erf,
  normalCdf,
  normalDensity: (x) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI),
  sin: Math.sin,
  cos: Math.cos,
  reciprocal: (x) => 1 / x,
  round: (x) => (x - Math.floor(x) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)),
  sqrt: Math.sqrt,
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  min: (x, y) => (y < x ? y : x),
  max: (x, y) => (y > x ? y : x),
  atLeast: (x, bound) => (x < bound ? bound : x),
  atMost: (x, bound) => (bound < x ? bound : x),
  maxOrNan: Math.max,
  less: (x, y) => Number(x < y),
  lessEqual: (x, y) => Number(x <= y),
  equal: (x, y) => Number(x === y),
  reaches: (x, y) => Number(x >= y),
  fma: (a, b, c) => a * b + c,
  select: (condition, yes, no) => (condition === 1 ? yes : no),
};

/** The error function: a series near 0, a continued fraction of erfc further out. Good to some 1e-15. */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let part = x;
    let sum = x;
    for (let n = 1; Math.abs(part) > 1e-18 * Math.abs(sum); n++) {
      part *= (-x * x) / n;
      sum += part / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = size;
  for (let n = 120; n >= 1; n--) fraction = size + n / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI)));
}

/** 1 - erf for x >= 1 as the continued fraction alone, so that small values do not cancel. */
function erfcOf(x: number): number {
  let fraction = x;
  for (let n = 400; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (fraction * Math.sqrt(Math.PI));
}

function normalCdf(x: number): number {
  return x < -1.5 ? 0.5 * erfcOf(-x / Math.SQRT2) : 0.5 * (1 + erf(x / Math.SQRT2));
}

/** The values of `roots`; shared parts are computed once. Throws if an input has no value. */
export function evaluate(roots: readonly Expr[], values: Readonly<Record<string, number>>): number[] {
  const known = new Map<Expr, number>();
  const valueOf = (x: Expr): number => {
    const before = known.get(x);
    if (before !== undefined) return before;
    const value = compute(x);
    known.set(x, value);
    return value;
  };
  const compute = (x: Expr): number => {
    if (x.op === 'constant') return x.value;
    if (isOperation(x)) return meanings[x.op](...x.args.map(valueOf));
    const given = values[x.name];
    if (given === undefined) throw new Error(`kernel: a value of ${x.name} is required, got none`);
    return given;
  };
  return roots.map(valueOf);
}
