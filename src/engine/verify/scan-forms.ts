// Every recurrence over time as a function of sequences, weights and a start, for the laws that hold for all of them (scans.test.ts).
import { itemAt } from '../core/item.ts';
import type { Shape } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { logSpaceScan } from '../models/log-space.ts';
import * as cells from '../ops/cells.ts';
import * as ops from '../ops/functional.ts';

type B = GraphBuilder;
type V = ValueId;

export const [batch, time, cut, H] = [3, 7, 3, 5] as const;

interface Form<Sequences extends readonly number[], Weights extends readonly Shape[]> {
  /** Widths of its sequences and states, in H. */
  readonly sequences: Sequences;
  readonly states: readonly number[];
  readonly weights?: Weights;
  /** Its last state is a result of the op itself, not a row of states that it keeps. */
  readonly ends?: true;
  build(
    b: B,
    sequences: { readonly [At in keyof Sequences]: V },
    weights: { readonly [At in keyof Weights]: V },
    start: ops.ScanStart,
  ): ops.ScanResult;
}

export interface Scan extends Omit<Form<readonly number[], readonly Shape[]>, 'build'> {
  /** Takes as many sequences and weights as are listed. */
  build(b: B, sequences: readonly V[], weights: readonly V[], start: ops.ScanStart): ops.ScanResult;
}

/** These values as a list of the length of another; none for no list. */
function listed<List extends readonly unknown[]>(
  list: List | undefined,
  values: readonly V[],
): { readonly [At in keyof List]: V } {
  const count = list?.length ?? 0;
  if (values.length !== count) throw new Error(`scan forms: ${count} values are required, got ${values.length}`);
  return values as { readonly [At in keyof List]: V };
}

/** Each build takes as many values as its form lists, which the compiler counts. */
const form = <const S extends readonly number[], const W extends readonly Shape[] = []>(one: Form<S, W>): Scan => ({
  ...one,
  build: (b, sequences, weights, start) =>
    one.build(b, listed(one.sequences, sequences), listed(one.weights, weights), start),
});

export const scans: Readonly<Record<string, Scan>> = {
  linearScan: form({ sequences: [1, 1], states: [1], build: (b, [a, x], _, s) => ops.linearScan(b, a, x, s) }),
  complexScan: form({ sequences: [4], states: [2], build: (b, [u], _, s) => ops.complexScan(b, u, s) }),
  minGru: form({ sequences: [2], states: [1], build: (b, [u], _, s) => ops.minGru(b, u, s, 'identity') }),
  minLstm: form({ sequences: [3], states: [1], build: (b, [u], _, s) => ops.minLstm(b, u, s, 'identity', true) }),
  qrnn: form({ sequences: [3], states: [1], build: (b, [u], _, s) => cells.qrnn(b, u, s) }),
  hgrn: form({
    sequences: [2],
    states: [1],
    weights: [[H]],
    build: (b, [u], [bound], s) => cells.hgrn(b, u, bound, s),
  }),
  gru: form({
    sequences: [3],
    states: [1],
    weights: [[3 * H, H], [3 * H]],
    build: (b, [gx], [w, bias], s) => ops.gru(b, gx, w, bias, s),
  }),
  slstm: form({
    sequences: [4],
    states: [1, 2],
    weights: [[1, 4 * H, H]],
    build: (b, [gx], [w], s) => ops.slstm(b, gx, w, s),
  }),
  lstm: form({
    sequences: [4],
    states: [1, 1],
    weights: [[4 * H, H]],
    build: (b, [gx], [w], s) => ops.lstm(b, gx, w, s),
  }),
  elman: form({ sequences: [1], states: [1], weights: [[H, H]], build: (b, [gx], [w], s) => ops.elman(b, gx, w, s) }),
  gilr: form({ sequences: [2], states: [1], build: (b, [u], _, s) => cells.gilr(b, u, s, 'tanh') }),
  gilrElu: form({ sequences: [2], states: [1], build: (b, [u], _, s) => cells.gilr(b, u, s, 'elu') }),
  sru: form({
    sequences: [4],
    states: [1],
    weights: [[H], [H]],
    build: (b, [u], [f, r], s) => cells.sru(b, u, [f, r], s),
  }),
  rgLru: form({
    sequences: [3],
    states: [1],
    weights: [[H]],
    build: (b, [u], [w], s) => cells.rgLru(b, u, ops.exp(b, w), s),
  }),
  fixedScan: form({
    sequences: [1],
    states: [1],
    weights: [[H]],
    build: (b, [u], [a], s) => cells.fixedScan(b, u, a, s),
  }),
  fixedComplexScan: form({
    sequences: [2],
    states: [2],
    weights: [[H], [H]],
    build: (b, [u], [re, im], s) => cells.fixedComplexScan(b, u, { re, im }, s),
  }),
  wkv: form({
    sequences: [2],
    states: [2],
    weights: [[H], [H]],
    build: (b, [u], [decay, bonus], s) => cells.wkv(b, u, { decay, bonus }, s),
  }),
  selectiveScan: form({
    sequences: [1, 1, 2],
    states: [H],
    ends: true,
    weights: [
      [H, H],
      [H, 1],
    ],
    build: (b, [u, raw, bc], [rates, skip], s) => {
      const x = ops.concat(b, [u, ops.softplus(b, raw)], 2);
      const system = ops.concat(b, [ops.neg(b, ops.exp(b, rates)), skip], 1);
      const start = s && s.map((one) => ops.reshape(b, one, [batch, H, H]));
      const { y, final } = cells.selectiveScan(b, x, bc, system, start);
      return { y, final: [ops.reshape(b, final[0], [batch, H * H])] };
    },
  }),
  diagonalScan: form({
    sequences: [1],
    states: [2 * H],
    ends: true,
    weights: [
      [H, 2 * H],
      [H, 4 * H + 1],
    ],
    build: (b, [u], [turns, rest], s) => {
      const system = ops.concat(b, [ops.affine(b, ops.tanh(b, turns), 0.6), rest], 1);
      const start = s && s.map((one) => ops.reshape(b, one, [batch, 2, H, H]));
      const { y, final } = cells.diagonalScan(b, u, system, start);
      return { y, final: [ops.reshape(b, final[0], [batch, 2 * H * H])] };
    },
  }),
  hgrnComplex: form({
    sequences: [3],
    states: [2],
    weights: [[H], [H], [H]],
    build: (b, [u], [bound, cos, sin], s) => cells.hgrnComplex(b, u, { bound, cos, sin }, s),
  }),
  stabiliser: form({ sequences: [2], states: [1], build: (b, [u], _, s) => cells.stabiliser(b, u, s) }),
  matrixState: form({
    sequences: [1, 1, 1, 1],
    states: [H],
    ends: true,
    build: (b, [q, k, v, open], _, s) => {
      const start = s && ops.reshape(b, itemAt(s, 0), [batch, 1, H, H]);
      const decay = ops.neg(b, ops.softplus(b, open));
      const { o, final } = ops.matrixState(b, [q, k, v], decay, start, { heads: 1, decay: 'key', sums: false });
      return { y: o, final: [ops.reshape(b, final, [batch, H * H])] };
    },
  }),
  'log-space scan': form({
    sequences: [1, 1],
    states: [1],
    build: (b, [a, x], _, s) => logSpaceScan(b, a, x, s && s.map((one) => ops.exp(b, one))),
  }),
};
