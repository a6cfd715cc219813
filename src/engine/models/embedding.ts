// How the streams of a task become the channels of the first block: tokens by a table each, numbers by one linear layer, added up; positions
// by a table of their own. Carries the position if it is needed.
import { itemAt } from '../core/item.ts';
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { add, concat, constant, embedding, matmul, pad, reshape, slice } from '../ops/functional.ts';
import { dense, dropped, norm } from './blocks.ts';
import type { StateSlot } from './model.ts';
import type { Flow, Place } from './parts/part.ts';
import { schemes } from './schemes.ts';

/** One stream that a network reads at each position. */
export type StackInput =
  | { readonly kind: 'tokens'; readonly vocabulary: number; readonly name?: string }
  | { readonly kind: 'features'; readonly width: number };

/** The position of the next symbol, one-hot; beyond the last learned position it does not change. */
const positionSlot = (longest: number): StateSlot => ({ name: 'positions', shape: [longest], start: 0, ring: true });

export const embeddingSlots = ({ layout, longest }: Place): readonly StateSlot[] =>
  layout.embedding.positions === 'learned' ? [positionSlot(longest)] : [];

/** The table of the input tokens; several streams have one each. */
export function tokenTable(builder: GraphBuilder, input: StackInput, width: number, place: Place): ValueId {
  if (input.kind !== 'tokens') throw new Error('embedding: a table is for tokens');
  const scope = input.name === undefined ? 'embedding' : `embedding/${input.name}`;
  const start = schemes[place.layout.start].embedding({ width, layers: place.layers });
  return builder.shared(scope, () => builder.parameter('weight', f32(input.vocabulary, width), start));
}

/** Values in the order of `inputs`: tokens i32 [B, T] or features f32 [B, T, I], without T for one step -> [B, T, width]. */
export function embed(
  builder: GraphBuilder,
  x: readonly ValueId[],
  inputs: readonly StackInput[],
  width: number,
  place: Place,
  flow: Flow,
): ValueId {
  const of = (kind: StackInput['kind']) =>
    inputs.flatMap((input, i) => (input.kind === kind ? [{ input, x: itemAt(x, i) }] : []));
  const tokens = of('tokens').map((one) => embedding(builder, one.x, tokenTable(builder, one.input, width, place)));
  const features = of('features').map((one) => one.x);
  if (place.layout.embedding.direct === true) return beside(builder, features);
  const linear =
    features.length === 0 ? [] : [dense(builder, 'input', beside(builder, features), width, { bias: true }, place)];
  const sum = [...tokens, ...linear].reduce((a, b) => add(builder, a, b));
  const { embedding: layout, norm: normLayout } = place.layout;
  const placed = layout.positions === 'learned' ? withPositions(builder, sum, width, place, flow) : sum;
  return builder.scope('embedding', () => {
    const kept = dropped(builder, placed, layout.dropout, flow.mode);
    return layout.norm ? norm(builder, kept, normLayout) : kept;
  });
}

function beside(builder: GraphBuilder, values: readonly ValueId[]): ValueId {
  const first = itemAt(values, 0);
  return values.length === 1 ? first : concat(builder, values, builder.shape(first).length - 1);
}

function withPositions(builder: GraphBuilder, x: ValueId, width: number, place: Place, flow: Flow): ValueId {
  const { longest, layout, layers } = place;
  const start = schemes[layout.start].embedding({ width, layers });
  const table = builder.scope('positions', () => builder.parameter('weight', f32(longest, width), start));
  const [here = null] = flow.take(1) ?? [];
  const [batch = 1, time = 1] = builder.shape(x);
  if (flow.along === 'step') {
    const at = here ?? first(builder, batch, longest, 0);
    flow.keep([next(builder, at)]);
    return add(builder, x, matmul(builder, at, table));
  }
  if (here === null) {
    if (time > longest) throw new Error(`embedding: a sequence must have at most ${longest} positions, got ${time}`);
    flow.keep([first(builder, batch, longest, Math.min(time, longest - 1))]);
    return add(builder, x, time === longest ? table : slice(builder, table, 0, 0, time));
  }
  return add(builder, x, fromHere(builder, here, table, time, flow));
}

/** Consecutive rows of the table from a carried position on. */
function fromHere(builder: GraphBuilder, here: ValueId, table: ValueId, time: number, flow: Flow): ValueId {
  const [batch = 1] = builder.shape(here);
  const [, width = 1] = builder.shape(table);
  let at = here;
  const rows = Array.from({ length: time }, () => {
    const row = reshape(builder, matmul(builder, at, table), [batch, 1, width]);
    at = next(builder, at);
    return row;
  });
  flow.keep([at]);
  return rows.length === 1 ? itemAt(rows, 0) : concat(builder, rows, 1);
}

/** The position `at` for all of a batch. */
const first = (builder: GraphBuilder, batch: number, longest: number, at: number): ValueId =>
  pad(builder, constant(builder, [batch, 1], 1), 1, at, longest);

/** The next position; the last one stays. */
function next(builder: GraphBuilder, at: ValueId): ValueId {
  const [, longest = 1] = builder.shape(at);
  if (longest === 1) return at;
  const moved = pad(builder, slice(builder, at, 1, 0, longest - 1), 1, 1, longest);
  return add(builder, moved, pad(builder, slice(builder, at, 1, longest - 1, 1), 1, longest - 1, longest));
}

/** The state of the embedding before the first step. */
export const embeddingStart = (builder: GraphBuilder, batch: number, place: Place): readonly ValueId[] =>
  embeddingSlots(place).map(() => first(builder, batch, place.longest, 0));
