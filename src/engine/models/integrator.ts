// One step of a numerical method for x' = f(x), as graphs: explicit Runge-Kutta methods of order 1, 2 and 4 (Butcher, "Numerical Methods for Ordinary
// Differential Equations", section 23). Knows no model: f is any function of a value, the step a number or a value of the state's shape.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { add, affine, mul } from '../ops/functional.ts';

export const methods = ['euler', 'midpoint', 'rk4'] as const;
export type Method = (typeof methods)[number];

/** Any value that is stored as one of them. */
export function methodOf(value: unknown): Method {
  const found = methods.find((method) => method === value);
  if (found === undefined) throw new Error(`integrator: method must be one of ${methods.join(', ')}`);
  return found;
}

/** A step of time: the same for all, or one for each number of the state. */
export type Stride = { readonly all: number } | { readonly each: ValueId };

/** f(x) at x. */
export type Flow = (x: ValueId) => ValueId;

/** x + part step k. */
function moved(builder: GraphBuilder, x: ValueId, stride: Stride, part: number, k: ValueId): ValueId {
  if ('all' in stride) return add(builder, x, affine(builder, k, part * stride.all));
  return add(builder, x, mul(builder, part === 1 ? k : affine(builder, k, part), stride.each));
}

/** The state one step later. */
export function advance(builder: GraphBuilder, method: Method, x: ValueId, stride: Stride, flow: Flow): ValueId {
  const k1 = flow(x);
  if (method === 'euler') return moved(builder, x, stride, 1, k1);
  const k2 = flow(moved(builder, x, stride, 1 / 2, k1));
  if (method === 'midpoint') return moved(builder, x, stride, 1, k2);
  const k3 = flow(moved(builder, x, stride, 1 / 2, k2));
  const k4 = flow(moved(builder, x, stride, 1, k3));
  const middle = affine(builder, add(builder, k2, k3), 2);
  return moved(builder, x, stride, 1 / 6, add(builder, add(builder, k1, k4), middle));
}

/** 1 - e^-z = z - z^2/2 + z^3/6 - z^4/24 ..., as many terms as the order of the method, the last one first. */
const series: Readonly<Record<Method, readonly number[]>> = {
  euler: [1],
  midpoint: [-1 / 2, 1],
  rk4: [-1 / 24, 1 / 6, -1 / 2, 1],
};

/** The share of its distance to c that x' = c - x goes in a step z, without cancellation where z is small. */
export function shareGone(builder: GraphBuilder, method: Method, z: ValueId): ValueId {
  const [last = 1, next, ...rest] = series[method];
  if (next === undefined) return z;
  const inner = affine(builder, z, last, next);
  const sum = rest.reduce((value, term) => affine(builder, mul(builder, value, z), 1, term), inner);
  return mul(builder, z, sum);
}
