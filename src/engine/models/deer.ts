// DEER and quasi-DEER: a recurrence h_t = f(h_{t-1}, x_t) that is not linear, solved for all steps at once by Newton's method. Lim et al. 2024, arXiv
// 2309.12252 (machine-discovery/deer 409140ff); quasi-DEER, which keeps the diagonal of the Jacobian: Gonzalez et al. 2024, arXiv 2407.19115
// (lindermanlab/elk 58782bd0). From zeros: r_t = f(h_{t-1}, x_t) - h_t,
// d_t = J_t d_{t-1} + r_t, h += d, a fixed number of times. The last of these, with the full Jacobian, is the one that gradients go through: J and the guess
// are constants in it, so its gradient is that of the recurrence itself at the solution.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import {
  add,
  affine,
  concat,
  constant,
  linearScan,
  log,
  matmul,
  matrixScan,
  mul,
  pad,
  reduceMean,
  reduceSum,
  reshape,
  square,
  sub,
} from '../ops/functional.ts';
import { blockDiagonal, headMask } from './head-blocks.ts';
import { oneLater } from './ring.ts';
import { eachTimes } from './rows.ts';

/** Part of a Jacobian: diag(scale_t) rows, for rows [M, N] of a matrix. */
interface Term {
  /** [B, T, M]. */
  readonly scale: ValueId;
  /** [M, N]; null = the identity from column `at` on. */
  readonly rows: ValueId | null;
  readonly at?: number;
}

/** A recurrence at guessed states: its results [B, T, N], and its Jacobian as blocks of M rows, each a sum of terms. */
interface Linearised {
  readonly next: ValueId;
  readonly blocks: readonly (readonly Term[])[];
}

/** Evaluates the recurrence from the states before each step [B, T, N]. */
export type Recurrence = (builder: GraphBuilder, before: ValueId) => Linearised;

export type NewtonKind = 'deer' | 'quasi-deer';

/** Iterations before the last one. Contracting recurrences need 3 to 8 with the full Jacobian and 10 to 30 with its diagonal, whatever the length. */
const iterations: Readonly<Record<NewtonKind, number>> = { deer: 10, 'quasi-deer': 32 };

/** Largest root of the mean square of what the last iteration still had to correct. */
const settled = 1e-3;

/** Rows of a term as a matrix [M, N]. */
function rowsOf(builder: GraphBuilder, { scale, rows, at = 0 }: Term, N: number): ValueId {
  if (rows !== null) return at === 0 && builder.shape(rows)[1] === N ? rows : pad(builder, rows, 1, at, N);
  const M = builder.shape(scale)[2] ?? 1;
  const identity = headMask(builder, M, 1);
  return M === N ? identity : pad(builder, identity, 1, at, N);
}

/** [B, T, N N]: one product spreads the scales over the rows. */
function jacobian(builder: GraphBuilder, { next, blocks }: Linearised): ValueId {
  const N = builder.shape(next)[2] ?? 1;
  const parts = blocks.map((terms) => {
    const spread = terms.map((term) => {
      const rows = rowsOf(builder, term, N);
      const [M = 1] = builder.shape(rows);
      return blockDiagonal(builder, reshape(builder, rows, [M, 1, N])); // [M, M N]
    });
    const scales = terms.map(({ scale }) => scale);
    return matmul(builder, joined(builder, scales, 2), joined(builder, spread, 0));
  });
  return joined(builder, parts, 2);
}

const joined = (builder: GraphBuilder, parts: readonly ValueId[], axis: number): ValueId => {
  const [first] = parts;
  if (first === undefined) throw new Error('DEER: a Jacobian must have blocks');
  return parts.length === 1 ? first : concat(builder, parts, axis);
};

/** The diagonal of the Jacobian, [B, T, N]. */
function diagonal(builder: GraphBuilder, { next, blocks }: Linearised): ValueId {
  const N = builder.shape(next)[2] ?? 1;
  let first = 0;
  const parts = blocks.map((terms) => {
    const sums = terms.map((term) => {
      const rows = rowsOf(builder, term, N);
      const [M = 1] = builder.shape(rows);
      const own = headMask(builder, M, 1);
      const mask = M === N ? own : pad(builder, own, 1, first, N);
      return mul(builder, term.scale, reduceSum(builder, mul(builder, rows, mask), 'last'));
    });
    first += builder.shape(terms[0]?.scale ?? next)[2] ?? 1;
    return sums.reduce((sum, one) => add(builder, sum, one));
  });
  return joined(builder, parts, 2);
}

/** The guess after one more iteration, and what was added to it. */
function iterate(
  builder: GraphBuilder,
  recurrence: Recurrence,
  guess: ValueId,
  start: ValueId | null,
  kind: NewtonKind,
): { readonly next: ValueId; readonly rest: ValueId } {
  const [batch = 1, , N = 1] = builder.shape(guess);
  const first = start === null ? null : reshape(builder, start, [batch, 1, N]);
  const at = recurrence(builder, oneLater(builder, guess, first));
  const rest = sub(builder, at.next, guess);
  const change =
    kind === 'deer'
      ? matrixScan(builder, jacobian(builder, at), rest)
      : linearScan(builder, diagonal(builder, at), rest).y;
  return { next: add(builder, guess, change), rest };
}

/** Guesses after 0, 1, … `count` iterations from zeros, none of which has a gradient. */
export function guesses(
  builder: GraphBuilder,
  recurrence: Recurrence,
  shape: readonly number[],
  start: ValueId | null,
  kind: NewtonKind,
  count: number,
): readonly ValueId[] {
  let guess = constant(builder, shape, 0);
  const all = [guess];
  for (let i = 0; i < count; i++) {
    guess = builder.hold(iterate(builder, recurrence, guess, start, kind).next);
    all.push(guess);
  }
  return all;
}

/** States [B, T, N] of all steps; not a number in sequences whose iterations have not settled, so that a step changes nothing and the run says which tensor broke. */
export function newton(
  builder: GraphBuilder,
  recurrence: Recurrence,
  shape: readonly number[],
  start: ValueId | null,
  kind: NewtonKind,
): ValueId {
  return builder.scope(`${kind}, settled after ${iterations[kind]} iterations or else not a number`, () => {
    const last = guesses(builder, recurrence, shape, start, kind, iterations[kind]).at(-1);
    if (last === undefined) throw new Error('DEER: there must be a guess');
    const { next, rest } = iterate(builder, recurrence, last, start, 'deer');
    // A verdict for each sequence, so that a sequence does not depend on the others of its batch.
    const [batch = 1, steps = 1, N = 1] = builder.shape(rest);
    const errors = reshape(builder, square(builder, rest), [batch, steps * N]);
    const left = affine(builder, reduceMean(builder, errors, 'last'), -1, settled ** 2);
    // 0 while it is positive, else the logarithm of a negative number.
    const verdict = reshape(builder, builder.hold(affine(builder, log(builder, left), 0)), [batch, 1]);
    return reshape(
      builder,
      add(builder, reshape(builder, next, [batch, steps * N]), eachTimes(builder, verdict, steps * N)),
      [batch, steps, N],
    );
  });
}
