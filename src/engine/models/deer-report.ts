// What Newton's method tells of a step: after how many iterations it had settled, what was left in the last one, and how strongly the recurrence
// contracts. A few reductions of what it computes anyway; nothing of it is on the way of a gradient.
import { say, verbatim } from '../core/say.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import {
  add,
  affine,
  concat,
  constant,
  cumulativeSum,
  log,
  max,
  reduceMean,
  reduceSum,
  reshape,
  slice,
  sqrt,
  square,
} from '../ops/functional.ts';
import type { ModelMetric } from './model.ts';

/** Largest root of the mean square of f - h, in any sequence, at which its states count as found. */
export const settled = 1e-3;

const shared = { better: 'lower', unit: '' } as const;

export const newtonMetrics = {
  iterations: { name: 'model/iterations', title: say`Iterations until settled`, short: say`Iterations`, ...shared },
  residual: { name: 'model/residual', title: say`Residual of the last iteration`, short: say`Residual`, ...shared },
  contraction: {
    name: 'model/contraction',
    title: say`Contraction, mean log |J|`,
    short: verbatim('log |J|'),
    ...shared,
  },
} as const satisfies Readonly<Record<string, ModelMetric>>;

/** Mean square of what is left, f - h [B, T, N], of each sequence: [B]. */
export function errorOf(builder: GraphBuilder, rest: ValueId): ValueId {
  const [batch = 1, steps = 1, N = 1] = builder.shape(rest);
  return reduceMean(builder, reshape(builder, square(builder, rest), [batch, steps * N]), 'last');
}

/** The largest of n numbers [n]: halves that may overlap, again and again. */
function largest(builder: GraphBuilder, values: ValueId): ValueId {
  const [count = 1] = builder.shape(values);
  if (count === 1) return reshape(builder, values, []);
  const half = Math.ceil(count / 2);
  const [first, last] = [0, count - half].map((from) => slice(builder, values, 0, from, half));
  return largest(builder, max(builder, first ?? values, last ?? values));
}

/** Greater than any error above the bound, which is at least 1e-13 too large in float32, makes necessary. */
const steep = 1e20;

/** min(1, x) of x >= 0, with a minus: 0 or -1 where x is 0 or not. */
const minusOneIf = (builder: GraphBuilder, x: ValueId): ValueId =>
  max(builder, affine(builder, x, -steep), constant(builder, builder.shape(x), -1));

/** The smallest number of iterations from which on no sequence was above the bound. `errors`: [B] before each iteration. */
function iterationsOf(builder: GraphBuilder, errors: readonly ValueId[]): ValueId {
  const count = errors.length;
  const columns = errors.map((error) => reshape(builder, error, [builder.shape(error)[0] ?? 1, 1]));
  const all = count === 1 ? columns[0] : concat(builder, columns, 1);
  if (all === undefined) throw new Error('DEER: there must be an iteration');
  const above = max(builder, affine(builder, all, 1, -(settled ** 2)), constant(builder, builder.shape(all), 0));
  const some = affine(builder, minusOneIf(builder, reduceSum(builder, above, 'rows')), -1); // [iterations], 0 or 1
  const laterToo = cumulativeSum(builder, reshape(builder, some, [1, count, 1]), true).y;
  return affine(builder, reduceSum(builder, minusOneIf(builder, laterToo), 'all'), -1);
}

/** Parts of the time whose squares are made one after the other: all at once would need as much room as the matrices. */
const parts = 8;

/** Mean over sequences and steps of log (|J| / sqrt N), |J| = root of the sum of squares: by what a small difference grows in a step, as a logarithm. */
function contractionOf(builder: GraphBuilder, matrices: ValueId, N: number): ValueId {
  const [batch = 1, steps = 1] = builder.shape(matrices);
  const length = Math.ceil(steps / parts);
  const sums = Array.from({ length: Math.ceil(steps / length) }, (_, i) => {
    const from = i * length;
    const part = slice(builder, matrices, 1, from, Math.min(length, steps - from));
    const squares = affine(builder, reduceSum(builder, square(builder, part), 'last'), 1 / N, 1e-30);
    return reduceSum(builder, log(builder, squares), 'all');
  });
  const sum = sums.reduce((all, one) => add(builder, all, one));
  return affine(builder, sum, 0.5 / (batch * steps));
}

interface Found {
  /** Mean squares [B] of what each iteration found left. */
  readonly errors: readonly ValueId[];
  /** 0, or not a number in sequences that have not settled. */
  readonly verdict: ValueId;
  /** The Jacobian of the last iteration, [B, T, N N]. */
  readonly matrices: ValueId;
  readonly N: number;
}

/** Where a sequence has not settled, no number of iterations is told. */
export function tellNewton(builder: GraphBuilder, { errors, verdict, matrices, N }: Found): void {
  const last = errors.at(-1);
  if (last === undefined) throw new Error('DEER: there must be an iteration');
  const { iterations, residual, contraction } = newtonMetrics;
  const count = add(builder, iterationsOf(builder, errors), reduceSum(builder, verdict, 'all'));
  builder.tell(iterations.name, count);
  // The maximum of numbers and what is none differs between devices; their sum does not.
  const unknown = affine(builder, reduceSum(builder, last, 'all'), 0);
  builder.tell(residual.name, sqrt(builder, add(builder, largest(builder, last), unknown)));
  builder.tell(contraction.name, contractionOf(builder, matrices, N));
}
