// The laws of the language: derivatives are derivatives, and simplifying changes no value. Expressions are drawn at random.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gradient } from './derive.ts';
import { evaluate } from './evaluate.ts';
import * as x from './expr.ts';
import { simplify } from './simplify.ts';

const names = ['a', 'b', 'c'] as const;

const leaf: fc.Arbitrary<x.Expr> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...names).map(x.input) },
  fc.constantFrom(0, -0, 1, -1, 0.5, 2).map(x.constant),
);

/** 1 + y^2: never near a pole. */
const safe = (y: x.Expr): x.Expr => x.add(1, x.mul(y, y));

/** Operations on random expressions; `tame` keeps arguments where functions are smooth and finite. */
function grown(self: fc.Arbitrary<x.Expr>, tame: boolean): fc.Arbitrary<x.Expr> {
  const guard = tame ? safe : (y: x.Expr): x.Expr => y;
  const bounded = tame ? x.tanh : guard;
  const one = fc.constantFrom<(y: x.Expr) => x.Expr>(
    x.neg,
    x.abs,
    x.sigmoid,
    x.tanh,
    x.softplus,
    x.erf,
    x.normalCdf,
    x.normalDensity,
    x.sin,
    x.cos,
    x.expm1,
    (y) => x.log1p(guard(y)),
    (y) => x.expHeld(bounded(y)),
    (y) => x.exp(bounded(y)),
    (y) => x.log(guard(y)),
    (y) => x.sqrt(guard(y)),
    (y) => x.reciprocal(guard(y)),
  );
  const two = fc.constantFrom<(y: x.Expr, z: x.Expr) => x.Expr>(
    x.add,
    x.sub,
    x.mul,
    x.min,
    x.max,
    x.atLeast,
    x.atMost,
    x.maxOrNan,
    (y, z) => x.div(y, guard(z)),
  );
  const compare = fc.constantFrom(x.less, x.lessEqual, x.equal);
  return fc.oneof(
    fc.tuple(one, self).map(([f, y]) => f(y)),
    fc.tuple(two, self, self).map(([f, y, z]) => f(y, z)),
    fc.tuple(self, self, self).map(([y, z, w]) => x.fma(y, z, w)),
    fc.tuple(compare, self, self, self, self).map(([ask, y, z, w, v]) => x.select(ask(y, z), w, v)),
  );
}

const expressions = (tame: boolean): fc.Arbitrary<x.Expr> =>
  fc.letrec<{ expr: x.Expr }>((tie) => ({
    expr: fc.oneof({ maxDepth: 4, withCrossShrink: true }, leaf, grown(tie('expr'), tame)),
  })).expr;

const valuesOf = (number: fc.Arbitrary<number>): fc.Arbitrary<Record<string, number>> =>
  fc.record({ a: number, b: number, c: number });

/** No kink nearby: the two sides of a comparison differ by more than the step of the finite difference. */
function isSmooth(expr: x.Expr, values: Record<string, number>): boolean {
  let smooth = true;
  x.walk([expr], (node) => {
    if (!x.isOperation(node)) return;
    const [left, right] = evaluate(node.args, values);
    if (node.op === 'abs') smooth &&= Math.abs(left) > 0.02;
    if (['min', 'max', 'atLeast', 'atMost', 'maxOrNan', 'less', 'lessEqual', 'equal'].includes(node.op))
      smooth &&= Math.abs(left - right) > 0.02;
    smooth &&= Math.abs(evaluate([node], values)[0]) < 50;
  });
  return smooth;
}

describe('derivatives', () => {
  test('equal central differences', () => {
    fc.assert(
      fc.property(expressions(true), valuesOf(fc.double({ min: -1.5, max: 1.5, noNaN: true })), (expr, values) => {
        fc.pre(isSmooth(expr, values));
        const found = gradient([{ value: expr, seed: x.constant(1) }], names);
        for (const name of names) {
          const at = (by: number): number => evaluate([expr], { ...values, [name]: values[name] + by })[0];
          const h = 1e-3;
          const numeric = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
          const [derived] = evaluate([found[name]], values);
          expect(Math.abs(derived - numeric)).toBeLessThan(1e-5 * Math.max(1, Math.abs(numeric)));
        }
      }),
      { numRuns: 400 },
    );
  });

  test('add up over several values and carry their seeds', () => {
    const [a, b] = [x.input('a'), x.input('b')];
    const product = x.mul(a, b);
    const arriving = [
      { value: product, seed: x.input('s') },
      { value: x.exp(a), seed: x.input('t') },
    ];
    const found = gradient(arriving, ['a', 'b']);
    const values = { a: 0.5, b: 3, s: 2, t: 7 };
    expect(evaluate([found['a'], found['b']], values)).toEqual([2 * 3 + 7 * Math.exp(0.5), 2 * 0.5]);
  });

  test('of a kink is that of its right side', () => {
    const found = gradient([{ value: x.max(x.input('a'), 0), seed: x.constant(1) }], ['a']);
    expect(evaluate([found['a']], { a: 0 })).toEqual([1]);
  });
});

describe('simplifying', () => {
  const special = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, -1, Infinity, -Infinity, NaN, 5e-324));

  test('by exact rules keeps the bits of every value', () => {
    fc.assert(
      fc.property(expressions(false), valuesOf(special), (expr, values) => {
        const [small] = simplify([expr]);
        expect(evaluate([small], values)).toEqual(evaluate([expr], values));
      }),
      { numRuns: 1000 },
    );
  });

  test('by finite rules keeps finite values', () => {
    fc.assert(
      fc.property(expressions(true), valuesOf(fc.double({ min: -9, max: 9, noNaN: true })), (expr, values) => {
        const [before] = evaluate([expr], values);
        fc.pre(Number.isFinite(before) && Math.abs(before) < 1e6);
        const [after] = evaluate(simplify([expr], 'finite'), values);
        expect(Math.abs(after - before)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 400 },
    );
  });

  test('makes one node of what is computed twice', () => {
    const twice = (): x.Expr => x.sigmoid(x.mul(x.input('a'), 2));
    const [sum, also] = simplify([x.add(twice(), twice()), twice()]);
    expect(x.isOperation(sum) && sum.args).toEqual([also, also]);
    expect(x.isOperation(sum) && sum.args[0]).toBe(also);
  });

  test.each([
    [x.mul(x.input('a'), 1), 'a'],
    [x.mul(0, x.input('a')), 0],
    [x.add(x.input('a'), x.neg(x.input('a'))), 0],
    [x.neg(x.neg(x.input('a'))), 'a'],
    [x.fma(x.input('a'), 0, x.input('b')), 'b'],
  ])('%j', (expr, wanted) => {
    const term = typeof wanted === 'string' ? x.input(wanted) : x.constant(wanted);
    expect(simplify([expr], 'finite')).toEqual([term]);
  });
});
