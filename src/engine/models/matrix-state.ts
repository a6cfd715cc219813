// A matrix a head as state: S_t = decay_t S_{t-1} + k_t v_t^T, read by y_t = q_t S_t, and the sum of keys n_t beside it where a model divides
// by q_t n_t. By the op matrixState, or in elementary ops as one scan of all numbers of the state. Independent of models.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import {
  add,
  broadcast,
  concat,
  constant,
  exp,
  linearScan,
  matmul,
  matrixState,
  mul,
  reshape,
  split,
} from '../ops/functional.ts';
import type { IntField } from '../spec/fields.ts';
import { blockDiagonal, headMask, headsField } from './head-blocks.ts';
import type { Implementation, OutputSlot, StateSlot } from './model.ts';

/** Heads beside each other, each with a matrix [dk, dv]. */
export interface Heads {
  readonly count: number;
  readonly dk: number;
  readonly dv: number;
}

/** Logarithms, at most 0: of what is kept of a head's matrix [B, T, heads], or of each of its rows [B, T, heads dk]. */
export interface Decay {
  readonly per: 'head' | 'key';
  readonly log: ValueId;
}

/** Of all heads side by side: queries and keys [B, T, heads dk], values [B, T, heads dv]. */
export interface Read {
  readonly q: ValueId;
  readonly k: ValueId;
  readonly v: ValueId;
  readonly decay: Decay | null;
}

/** [B, heads, dk, dv], and the sum of keys [B, heads, dk] where there is one. */
export interface Matrices {
  readonly rows: ValueId;
  readonly sums: ValueId | null;
}

export interface Answer {
  /** [B, T, heads dv]. */
  readonly y: ValueId;
  /** q_t n_t [B, T, heads], where sums are asked for. */
  readonly weight: ValueId | null;
  readonly after: Matrices;
}

export const matrixForms: readonly Implementation[] = [
  {
    id: 'fused',
    title: 'chunks',
    help: 'One kernel that goes through time sixteen steps at a time by products of small matrices; no state of a single step is stored.',
  },
  {
    id: 'scan',
    title: 'scan',
    help: 'One linear scan of all numbers of the state, stored for every step: elementary, and large.',
  },
  { id: 'loop', title: 'loop', unrolled: true, help: 'The readable definition: one set of operations a time step.' },
];

/** For models whose heads share the width of the state. */
export const matrixHeads = (help: string, paper: string): IntField => ({
  ...headsField,
  default: 4,
  help: `${help} The width of a head is its share, rounded up.`,
  paper,
});

/** The share of `width` that one of `count` heads has, rounded up. */
export const headWidth = (width: number, count: number, least = 1): number => Math.max(least, Math.ceil(width / count));

/** Heads of fewer values than this have a norm of their own that leaves little but signs. */
export const leastNormed = 3;

/** The slot of the matrices. */
export const matrixSlot = (name: string, { count, dk, dv }: Heads): StateSlot => ({
  name,
  shape: [count, dk, dv],
  start: 0,
});

/** The result of a model of heads. */
export const headOutputs = ({ count, dv }: Heads): readonly OutputSlot[] => [{ name: 'y', width: count * dv }];

const known = new WeakMap<GraphBuilder, Map<string, ValueId>>();

/** A value that depends on nothing but what `name` says, made once in a graph: a loop over time has it at every step. */
export function once(builder: GraphBuilder, name: string, make: () => ValueId): ValueId {
  const values = known.get(builder) ?? new Map<string, ValueId>();
  known.set(builder, values);
  const found = values.get(name) ?? make();
  values.set(name, found);
  return found;
}

/** [heads, heads size]: row i is 1 in the channels of head i. */
const maskOf = (builder: GraphBuilder, count: number, size: number): ValueId =>
  once(builder, `mask ${count} ${size}`, () => headMask(builder, count, size));

/** A number of each head [..., heads], for all columns of the head [..., heads size]. */
export const overHead = (builder: GraphBuilder, x: ValueId, { count }: Heads, size: number): ValueId =>
  matmul(builder, x, maskOf(builder, count, size));

/** x [B, T, heads size] as rows of one head each [B, T, heads, size], and back after `change`. */
export function eachHead(
  builder: GraphBuilder,
  x: ValueId,
  count: number,
  change: (rows: ValueId, size: number) => ValueId,
): ValueId {
  const [batch = 1, time = 1, width = 1] = builder.shape(x);
  const size = width / count;
  return reshape(builder, change(reshape(builder, x, [batch, time, count, size]), size), [batch, time, width]);
}

/** [heads dv, heads dk dv]: column j of head h is at each (h, ·, j). */
function columnPlaces(builder: GraphBuilder, { count, dk, dv }: Heads): ValueId {
  const own = maskOf(builder, dv, 1);
  const copies = Array.from({ length: dk }, () => own);
  const block = copies.length === 1 ? own : concat(builder, copies, 1); // [dv, dk dv]
  return blockDiagonal(builder, broadcast(builder, block, [count]));
}

/** All states [B, T, N] of s' = kept s + added, and the last one [B, N]. */
function accumulated(
  builder: GraphBuilder,
  kept: ValueId | null,
  added: ValueId,
  start: ValueId | null,
): readonly [states: ValueId, last: ValueId] {
  const [batch = 1, time = 1, size = 1] = builder.shape(added);
  if (time > 1) {
    const all = kept ?? constant(builder, [batch, time, size], 1);
    const { y, final } = linearScan(builder, all, added, start === null ? null : [start]);
    return [y, final[0]];
  }
  if (start === null) return [added, reshape(builder, added, [batch, size])];
  const before = reshape(builder, start, [batch, 1, size]);
  const next = add(builder, kept === null ? before : mul(builder, kept, before), added);
  return [next, reshape(builder, next, [batch, size])];
}

const flatOf = (builder: GraphBuilder, state: ValueId): ValueId => {
  const [batch = 1, ...rest] = builder.shape(state);
  return reshape(builder, state, [batch, rest.reduce((a, b) => a * b, 1)]);
};

/** What is kept of all rows [B, T, heads dk]; null = everything. */
function keptRows(builder: GraphBuilder, decay: Decay | null, heads: Heads): ValueId | null {
  if (decay === null) return null;
  const share = exp(builder, decay.log);
  return decay.per === 'key' ? share : overHead(builder, share, heads, heads.dk);
}

/** The sum of keys, and its product with the query of each head. */
function summed(
  builder: GraphBuilder,
  { q, k }: Read,
  kept: ValueId | null,
  start: ValueId | null,
  { count, dk }: Heads,
): { readonly weight: ValueId; readonly sums: ValueId } {
  const [batch = 1] = builder.shape(k);
  const [states, last] = accumulated(builder, kept, k, start === null ? null : flatOf(builder, start));
  const weight = matmul(builder, mul(builder, q, states), maskOf(builder, count, dk), { transB: true });
  return { weight, sums: reshape(builder, last, [batch, count, dk]) };
}

/** In one op: matrices with their sums as a last column. */
function readInChunks(
  builder: GraphBuilder,
  { q, k, v, decay }: Read,
  { count, dk, dv }: Heads,
  before: Matrices | null,
  sums: boolean,
): Answer {
  const [batch = 1] = builder.shape(q);
  const column = [batch, count, dk, 1];
  const start = (): ValueId | null => {
    if (before === null || before.sums === null) return before?.rows ?? null;
    return concat(builder, [before.rows, reshape(builder, before.sums, column)], 3);
  };
  const attrs = { heads: count, decay: decay?.per ?? 'none', sums } as const;
  const { o, weight, final } = matrixState(builder, [q, k, v], decay?.log ?? null, start(), attrs);
  if (!sums) return { y: o, weight, after: { rows: final, sums: null } };
  const [rows, last] = split(builder, final, 3, [dv, 1]);
  return { y: o, weight, after: { rows, sums: reshape(builder, last, [batch, count, dk]) } };
}

/** Results over time from the matrices before (null = zeros), by the op (`fused`) or in elementary ops. */
export function readMatrices(
  builder: GraphBuilder,
  read: Read,
  heads: Heads,
  before: Matrices | null,
  withSums: boolean,
  implementation: string,
): Answer {
  return implementation === 'fused'
    ? readInChunks(builder, read, heads, before, withSums)
    : readEveryState(builder, read, heads, before, withSums);
}

function readEveryState(
  builder: GraphBuilder,
  read: Read,
  heads: Heads,
  before: Matrices | null,
  withSums: boolean,
): Answer {
  const { count, dk, dv } = heads;
  const [batch = 1] = builder.shape(read.q);
  const rowPlaces = maskOf(builder, count * dk, dv); // [heads dk, heads dk dv]
  const places = once(builder, `columns ${count} ${dk} ${dv}`, () => columnPlaces(builder, heads));
  const overRows = (x: ValueId): ValueId => matmul(builder, x, rowPlaces);
  const kept = keptRows(builder, read.decay, heads);
  const added = mul(builder, overRows(read.k), matmul(builder, read.v, places));
  const start = before && flatOf(builder, before.rows);
  const [states, last] = accumulated(builder, kept === null ? null : overRows(kept), added, start);
  const y = matmul(builder, mul(builder, overRows(read.q), states), places, { transB: true });
  const rows = reshape(builder, last, [batch, count, dk, dv]);
  if (!withSums) return { y, weight: null, after: { rows, sums: null } };
  const { weight, sums } = summed(builder, read, kept, before?.sums ?? null, heads);
  return { y, weight, after: { rows, sums } };
}
