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
  reduceSum,
  reshape,
  sub,
} from '../ops/functional.ts';
import { errorOf, settled, tellNewton } from './deer-report.ts';
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

/** Which of both, and its iterations before the last one. */
export interface Newton {
  readonly kind: NewtonKind;
  readonly count: number;
}

/** Iterations before the last one. Contracting recurrences need 3 to 8 with the full Jacobian and 10 to 30 with its diagonal, whatever the length. */
const usual: Readonly<Record<NewtonKind, number>> = { deer: 10, 'quasi-deer': 32 };

/** Iterations before the last one, as a person has set them; 0 or nothing = as usual. */
export const iterationsOf = (kind: NewtonKind, set: unknown): number =>
  typeof set === 'number' && set > 0 ? set : usual[kind];

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

interface Iteration {
  /** The guess after it. */
  readonly next: ValueId;
  /** Mean square [B] of what it found left, f - h at the guess before. */
  readonly error: ValueId;
  /** The full Jacobian, [B, T, N N]; null where only its diagonal was made. */
  readonly matrices: ValueId | null;
}

function iterate(
  builder: GraphBuilder,
  recurrence: Recurrence,
  guess: ValueId,
  start: ValueId | null,
  kind: NewtonKind,
): Iteration {
  const [batch = 1, , N = 1] = builder.shape(guess);
  const first = start === null ? null : reshape(builder, start, [batch, 1, N]);
  const at = recurrence(builder, oneLater(builder, guess, first));
  const rest = sub(builder, at.next, guess);
  const error = errorOf(builder, rest);
  const matrices = kind === 'deer' ? jacobian(builder, at) : null;
  const change =
    matrices === null ? linearScan(builder, diagonal(builder, at), rest).y : matrixScan(builder, matrices, rest);
  return { next: add(builder, guess, change), error, matrices };
}

interface Guesses {
  /** After 0, 1, … iterations from zeros, none of which has a gradient. */
  readonly all: readonly ValueId[];
  /** What each iteration found left. */
  readonly errors: readonly ValueId[];
}

/** `count` iterations from zeros. */
export function guesses(
  builder: GraphBuilder,
  recurrence: Recurrence,
  shape: readonly number[],
  start: ValueId | null,
  kind: NewtonKind,
  count: number,
): Guesses {
  let guess = constant(builder, shape, 0);
  const [all, errors] = [[guess], [] as ValueId[]];
  for (let i = 0; i < count; i++) {
    const { next, error } = iterate(builder, recurrence, guess, start, kind);
    guess = builder.hold(next);
    all.push(guess);
    errors.push(error);
  }
  return { all, errors };
}

/**
 * States [B, T, N] of all steps after `count` iterations and the last one; not a number in sequences that have not settled, so that a step
 * changes nothing and can be computed in another way.
 */
export function newton(
  builder: GraphBuilder,
  recurrence: Recurrence,
  shape: readonly number[],
  start: ValueId | null,
  { kind, count }: Newton,
): ValueId {
  return builder.scope(`${kind}, settled after ${count} iterations or else not a number`, () => {
    const { all, errors: before } = guesses(builder, recurrence, shape, start, kind, count);
    const { next, error, matrices } = iterate(builder, recurrence, all.at(-1) ?? -1, start, 'deer');
    const errors = [...before, error];
    const [batch = 1, steps = 1, N = 1] = shape;
    // A verdict for each sequence, so that a sequence does not depend on the others of its batch: 0 while this is positive, else the logarithm
    // of a negative number.
    const left = affine(builder, error, -1, settled ** 2);
    const verdict = reshape(builder, builder.hold(affine(builder, log(builder, left), 0)), [batch, 1]);
    tellNewton(builder, { errors, verdict, matrices: matrices ?? next, N });
    return reshape(
      builder,
      add(builder, reshape(builder, next, [batch, steps * N]), eachTimes(builder, verdict, steps * N)),
      [batch, steps, N],
    );
  });
}
