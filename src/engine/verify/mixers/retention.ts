// Retention (Sun et al. 2023, arXiv 2307.08621) without rotation, for tests of matrix states [heads, dk, dv], of which each head decays at a rate of
// its own. Products of vectors are made by fixed matrices of zeros and ones: slow, and every device has the ops.
import { f32 } from '../../core/tensor.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { ValueId } from '../../graph/graph.ts';
import { initialiser } from '../../models/initialisers/registry.ts';
import type { MixerConfig, MixerOutput, ModelDef } from '../../models/model.ts';
import {
  add,
  broadcast,
  concat,
  constant,
  linear,
  linearScan,
  matmul,
  mul,
  pad,
  reshape,
  slice,
} from '../../ops/functional.ts';

const [heads, dk] = [2, 2];
/** Width of a value in one head; the hidden width is theirs together. */
const valueWidth = (hidden: number): number => Math.ceil(hidden / heads);

/** Row i has ones from start to start + count, of `size`. */
const rows = (b: GraphBuilder, places: readonly number[], count: number, size: number): ValueId =>
  concat(
    b,
    places.map((start) => pad(b, constant(b, [1, count], 1), 1, start, size)),
    0,
  );

/** [heads dk, S]: key i of head h is at each (h, i, ·). */
const keyPlaces = (b: GraphBuilder, dv: number): ValueId =>
  rows(
    b,
    Array.from({ length: heads * dk }, (_, i) => i * dv),
    dv,
    heads * dk * dv,
  );

/** [heads dv, S]: value j of head h is at each (h, ·, j). */
function valuePlaces(b: GraphBuilder, dv: number): ValueId {
  const size = heads * dk * dv;
  const place = (h: number, i: number, j: number): number => (h * dk + i) * dv + j;
  const once = (i: number): ValueId =>
    rows(
      b,
      Array.from({ length: heads * dv }, (_, n) => place(Math.floor(n / dv), i, n % dv)),
      1,
      size,
    );
  return Array.from({ length: dk }, (_, i) => once(i)).reduce((x, y) => add(b, x, y));
}

const decays = (b: GraphBuilder, dv: number): ValueId =>
  concat(
    b,
    Array.from({ length: heads }, (_, h) => constant(b, [dk * dv], 1 - 2 ** (-1 - h))),
    0,
  );

interface Read {
  readonly added: ValueId;
  readonly query: ValueId;
}

/** k v^T and q of each head over the whole state, [..., S] each. */
function project(b: GraphBuilder, x: ValueId, { width, hidden }: MixerConfig): Read {
  const dv = valueWidth(hidden);
  const start = initialiser('xavier-uniform', { fanIn: width, fanOut: heads * dk, gain: 1 });
  const of = (name: string, size: number): ValueId => linear(b, x, b.parameter(name, f32(size, width), start));
  const keys = keyPlaces(b, dv);
  const added = mul(b, matmul(b, of('key', heads * dk), keys), matmul(b, of('value', heads * dv), valuePlaces(b, dv)));
  return { added, query: matmul(b, of('query', heads * dk), keys) };
}

/** q S of each head, cut to the hidden width. */
function answer(b: GraphBuilder, query: ValueId, state: ValueId, hidden: number): ValueId {
  const dv = valueWidth(hidden);
  const y = matmul(b, mul(b, query, state), valuePlaces(b, dv), { transB: true });
  return heads * dv === hidden ? y : slice(b, y, b.shape(y).length - 1, 0, hidden);
}

const shapeOf = (hidden: number): readonly [number, number, number] => [heads, dk, valueWidth(hidden)];
const sizeOf = (hidden: number): number => heads * dk * valueWidth(hidden);

function parallel(b: GraphBuilder, x: ValueId, given: readonly ValueId[] | null, config: MixerConfig): MixerOutput {
  const { hidden } = config;
  const [batch = 1, time = 1] = b.shape(x);
  const size = sizeOf(hidden);
  const { added, query } = project(b, x, config);
  const start = given && given.map((one) => reshape(b, one, [batch, size]));
  const kept = broadcast(b, decays(b, valueWidth(hidden)), [batch, time]);
  const { y: states, final } = linearScan(b, kept, added, start);
  const state = final.map((one) => reshape(b, one, [batch, ...shapeOf(hidden)]));
  return { y: answer(b, query, states, hidden), state };
}

function step(b: GraphBuilder, x: ValueId, [state]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (state === undefined) throw new Error('retention: step needs the carried state');
  const { hidden } = config;
  const [batch = 1] = b.shape(x);
  const { added, query } = project(b, x, config);
  const kept = mul(b, reshape(b, state, [batch, sizeOf(hidden)]), decays(b, valueWidth(hidden)));
  const next = add(b, kept, added);
  return { y: answer(b, query, next, hidden), state: [reshape(b, next, [batch, ...shapeOf(hidden)])] };
}

export const retention: ModelDef = {
  kind: 'retention',
  title: 'retention',
  summary: 'A matrix a head, which decays.',
  family: 'matrix',
  year: 2023,
  equations: ["S' = γ S + k vᵀ", "y = q S'"],
  paper: 'Sun et al. 2023, arXiv 2307.08621',
  fields: {},
  implementations: [{ id: 'scan', title: 'scan', help: 'One scan of all matrices.' }],
  state: ({ hidden }) => [{ name: 'S', shape: shapeOf(hidden), start: 0 }],
  parallel,
  step,
};
