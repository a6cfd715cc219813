// Reverse-mode derivatives of expressions, as expressions. Independent of devices and templates.
import {
  add,
  cos,
  constant,
  div,
  exp,
  isOperation,
  lessEqual,
  mul,
  neg,
  normalDensity,
  select,
  sin,
  sigmoid,
  sub,
  walk,
  type Condition,
  type Expr,
  type Op,
  type Operation,
} from './expr.ts';
import { simplify } from './simplify.ts';

/** The gradient of each argument of `y` when `g` is the gradient of y; null where there is none. At a kink it is the derivative from the right. */
type Rule = (g: Expr, y: Operation, ...args: readonly Expr[]) => readonly (Expr | null)[];

const none: Rule = (_g, { args }) => args.map(() => null);

const smaller: Rule = (g, _y, a, b) => [select(lessEqual(a, b), g, 0), select(lessEqual(a, b), 0, g)];
const larger: Rule = (g, _y, a, b) => [select(lessEqual(b, a), g, 0), select(lessEqual(b, a), 0, g)];

const rules: Readonly<Record<Op, Rule>> = {
  neg: (g) => [neg(g)],
  abs: (g, _y, x) => [select(lessEqual(0, x), g, neg(g))],
  exp: (g, y) => [mul(g, y)],
  expm1: (g, _y, x) => [mul(g, exp(x))],
  expHeld: (g, y) => [mul(g, y)],
  log: (g, _y, x) => [div(g, x)],
  log1p: (g, _y, x) => [div(g, add(1, x))],
  sigmoid: (g, y) => [mul(g, mul(y, sub(1, y)))],
  tanh: (g, y) => [mul(g, sub(1, mul(y, y)))],
  softplus: (g, _y, x) => [mul(g, sigmoid(x))],
  erf: (g, _y, x) => [mul(g, mul(2 / Math.sqrt(Math.PI), exp(neg(mul(x, x)))))],
  normalCdf: (g, _y, x) => [mul(g, normalDensity(x))],
  normalDensity: (g, y, x) => [neg(mul(g, mul(x, y)))],
  sin: (g, _y, x) => [mul(g, cos(x))],
  cos: (g, _y, x) => [neg(mul(g, sin(x)))],
  round: none,
  reciprocal: (g, y) => [neg(mul(g, mul(y, y)))],
  sqrt: (g, y) => [div(mul(0.5, g), y)],
  add: (g) => [g, g],
  sub: (g) => [g, neg(g)],
  mul: (g, _y, a, b) => [mul(g, b), mul(g, a)],
  div: (g, y, _a, b) => [div(g, b), neg(div(mul(g, y), b))],
  min: smaller,
  max: larger,
  atLeast: larger,
  atMost: smaller,
  maxOrNan: larger,
  less: none,
  lessEqual: none,
  equal: none,
  reaches: none,
  fma: (g, _y, a, b) => [mul(g, b), mul(g, a), g],
  select: (g, { args: [condition] }) => {
    const asked = condition as Condition;
    return [null, select(asked, g, 0), select(asked, 0, g)];
  },
};

/** A value and its gradient. */
export interface Arriving {
  readonly value: Expr;
  readonly seed: Expr;
}

/**
 * The gradient of each input in `wanted` when `seed` is the gradient of each value: sum of seed d value / d input, simplified. Shared
 * subexpressions of values and seeds stay shared.
 */
export function gradient(arriving: readonly Arriving[], wanted: readonly string[]): Readonly<Record<string, Expr>> {
  const unique = simplify(
    arriving.flatMap(({ value, seed }) => [value, seed]),
    'exact',
  );
  const values = unique.filter((_, i) => i % 2 === 0);
  const order: Expr[] = [];
  walk(values, (x) => order.push(x));
  const sums = new Map<Expr, Expr>();
  const contribute = (to: Expr, g: Expr | null): void => {
    if (g === null || to.op === 'constant') return;
    const before = sums.get(to);
    sums.set(to, before ? add(before, g) : g);
  };
  values.forEach((value, i) => contribute(value, unique[2 * i + 1] ?? null));
  const found = new Map<string, Expr>();
  for (const x of order.reverse()) {
    const g = sums.get(x);
    if (!g) continue;
    if (x.op === 'input') found.set(x.name, g);
    if (isOperation(x)) rules[x.op](g, x, ...x.args).forEach((part, i) => contribute(x.args[i] ?? x, part));
  }
  const results = simplify(
    wanted.map((name) => found.get(name) ?? constant(0)),
    'finite',
  );
  return Object.fromEntries(wanted.map((name, i) => [name, results[i] ?? constant(0)]));
}
