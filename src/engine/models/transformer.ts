// Softmax attention of several heads that looks back. Vaswani et al. 2017, "Attention is all you need", arXiv 1706.03762, as nanoGPT (3adf61e1) has
// it; rotary positions: Su et al. 2021, arXiv 2104.09864.
//   q | k | v = W x      y_t = sum over s <= t of softmax_s(q_t k_s / sqrt(d)) v_s for each head      d = H / heads, rounded up
// weight [3 heads d, D] = rows q | k | v of all heads. The state is a cache: keys | values of the last `longest` positions, and which of its
// rows are filled; beyond that many positions a query sees the last ones. Keys are kept as they are before they are turned: only distances
// count, so a row's place in the cache serves as its position.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import {
  add,
  affine,
  attention,
  attentionStep,
  concat,
  constant,
  cumulativeSum,
  exp,
  linear,
  log,
  logCumulativeSumExp,
  matmul,
  mul,
  pad,
  reshape,
  rotary,
  slice,
  split,
  sub,
} from '../ops/functional.ts';
import type { BoolField, ChoiceField, IntField } from '../spec/fields.ts';
import { cacheOf, cacheSlots, grown, type Cache } from './cache.ts';
import { initialiser } from './initialisers/registry.ts';
import { loopOverTime } from './loop.ts';
import type { Implementation, MixerConfig, MixerOutput, ModelDef, OutputSlot, StateSlot, Writing } from './model.ts';
import { ringSlot } from './ring.ts';
import { overRows } from './rows.ts';

const heads: IntField = {
  kind: 'int',
  label: 'Heads',
  symbol: 'heads',
  help: 'Attentions beside each other, each on its part of the width: the width of the state divided by their number, rounded up.',
  default: 4,
  min: 1,
  max: 64,
  paper: '8 of width 64; GPT-2: 12 of width 64',
};

const positions: ChoiceField = {
  kind: 'choice',
  label: 'Positions',
  symbol: 'positions',
  help: 'How a query knows distances. Networks with learned positions, as GPT-2, have none here.',
  default: 'rotary',
  choices: [
    { value: 'rotary', label: 'rotary' },
    { value: 'none', label: 'none' },
  ],
  paper: 'sines added to the embedding; rotary in RoFormer and most later models',
};

const bias: BoolField = {
  kind: 'bool',
  label: 'Bias',
  help: 'Adds a learned bias to queries, keys and values.',
  default: false,
  paper: 'on in GPT-2, off in how nanoGPT trains',
  advanced: true,
};

const fused: Implementation = {
  id: 'fused',
  title: 'tiles',
  help: 'One kernel goes through keys tile by tile and keeps running maxima and sums; nothing of the size of length x length is stored.',
};
const loop: Implementation = {
  id: 'loop',
  title: 'loop',
  unrolled: true,
  help: 'The readable definition: one set of operations a time step, over a cache with room for the longest sequence.',
};

const fields = { heads, positions, bias } as const;

/** Of rotary positions: how fast turns slow down from pair to pair. */
const base = 10_000;

interface Sizes {
  readonly count: number;
  /** Width of a head, and of all heads. */
  readonly d: number;
  readonly inner: number;
  readonly turned: boolean;
}

function sizesOf({ hidden, values }: MixerConfig): Sizes {
  const count = Number(values['heads']);
  const d = Math.ceil(hidden / count);
  return { count, d, inner: count * d, turned: values['positions'] === 'rotary' };
}

const state = (config: MixerConfig): readonly StateSlot[] => cacheSlots(config.longest, 2 * sizesOf(config).inner);

const outputs = (config: MixerConfig): readonly OutputSlot[] => [{ name: 'y', width: sizesOf(config).inner }];

/** q | k | v [..., 3 inner]. */
function project(builder: GraphBuilder, x: ValueId, config: MixerConfig): ValueId {
  const { inner } = sizesOf(config);
  const start = initialiser('normal', { deviation: 0.02 });
  const weight = builder.parameter('weight', f32(3 * inner, config.width), start);
  if (config.values['bias'] === false) return linear(builder, x, weight);
  const zeros = initialiser('zeros', {});
  return linear(builder, x, weight, builder.parameter('bias', f32(3 * inner), zeros, { decay: false }));
}

/** The first `columns` columns turned by their positions from `offset` on, if positions are rotary. */
function turn(builder: GraphBuilder, x: ValueId, columns: number, offset: number, { d, turned }: Sizes): ValueId {
  return turned ? rotary(builder, x, { width: d, columns, offset, base, halves: false }) : x;
}

/** x [B, T, D] after what `before` holds. */
function attend(builder: GraphBuilder, x: ValueId, before: Cache | null, config: MixerConfig): MixerOutput {
  const { longest } = config;
  const sizes = sizesOf(config);
  const { count, d, inner } = sizes;
  const qkv = project(builder, x, config);
  const after = grown(builder, slice(builder, qkv, 2, inner, 2 * inner), before, longest);
  const past = before && { ...before, rows: turn(builder, before.rows, inner, 0, sizes) };
  const turned = turn(builder, qkv, 2 * inner, before === null ? 0 : longest, sizes);
  const y = attention(builder, turned, { heads: count, keyWidth: d, scale: d ** -0.5 }, past);
  return { y, state: [after.rows, after.filled] };
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, transformer, x, given, config);
  return attend(builder, x, cacheOf('Transformer', given), config);
}

function step(builder: GraphBuilder, x: ValueId, given: readonly ValueId[], config: MixerConfig): MixerOutput {
  const [batch = 1, width = 1] = builder.shape(x);
  const before = cacheOf('Transformer', given);
  if (before === null) throw new Error('Transformer: a step needs the carried cache, got none');
  if (config.implementation === 'loop') return definedStep(builder, x, before, config);
  const { y, state: after } = attend(builder, reshape(builder, x, [batch, 1, width]), before, config);
  return { y: reshape(builder, y, [batch, sizesOf(config).inner]), state: after };
}

/** The same in elementary operations: all rows of the cache against one query. */
function definedStep(builder: GraphBuilder, x: ValueId, before: Cache, config: MixerConfig): MixerOutput {
  const { longest } = config;
  const sizes = sizesOf(config);
  const { count, d, inner } = sizes;
  const [batch = 1] = builder.shape(x);
  const projected = reshape(builder, project(builder, x, config), [batch, 1, 3 * inner]);
  const [q, rows] = split(builder, projected, 2, [inner, 2 * inner]);
  const after = grown(builder, rows, before, longest);
  const [keys, values] = split(builder, turn(builder, after.rows, inner, 0, sizes), 2, [inner, inner]);
  const query = overRows(builder, turn(builder, q, inner, longest - 1, sizes), longest);
  const members = membersOf(builder, sizes); // [inner, heads]
  const scores = affine(builder, matmul(builder, mul(builder, keys, query), members), d ** -0.5); // [B, W, heads]
  const filled = log(builder, matmul(builder, after.filled, constant(builder, [1, count], 1)));
  const logits = add(builder, scores, filled);
  const [total] = logCumulativeSumExp(builder, logits).final; // [B, heads]
  const shares = exp(
    builder,
    sub(builder, logits, overRows(builder, reshape(builder, total, [batch, 1, count]), longest)),
  );
  const weighted = mul(builder, matmul(builder, shares, members, { transB: true }), values);
  const [y] = cumulativeSum(builder, weighted).final;
  return { y, state: [after.rows, after.filled] };
}

/** 1 where a column belongs to a head: [inner, heads]. */
function membersOf(builder: GraphBuilder, { count, d, inner }: Sizes): ValueId {
  const columns = Array.from({ length: count }, (_, head) => {
    const own = constant(builder, [d, 1], 1);
    return count === 1 ? own : pad(builder, own, 0, head * d, inner);
  });
  return columns.length === 1 ? (columns[0] ?? constant(builder, [inner, 1], 1)) : concat(builder, columns, 1);
}

/** Text is written into a ring of rows, keys as they are turned: a symbol reads the rows, and moves and turns none. */
const writing: Writing = {
  state: (config) => [
    ringSlot('cache', config.longest, 2 * sizesOf(config).inner),
    { name: 'position', shape: [1], start: 0, ring: true },
  ],
  step(builder, x, [cache, position], config) {
    if (cache === undefined || position === undefined)
      throw new Error('Transformer: writing needs a cache [B, longest, 2 inner] and a position [B, 1]');
    const { count, d, turned } = sizesOf(config);
    const attrs = { heads: count, keyWidth: d, scale: d ** -0.5, base: turned ? base : 0 };
    const y = attentionStep(builder, [project(builder, x, config), cache, position], attrs);
    return { y, state: [cache, affine(builder, position, 1, 1)] };
  },
};

/** Every position reads all before it. */
export const transformer: ModelDef = {
  kind: 'transformer',
  title: 'Transformer',
  summary:
    'Every position reads all positions before it and weighs them by softmax; its state, a cache of keys and values, grows with the text.',
  family: 'attention',
  year: 2017,
  equations: ['q, k, v = W x', 'y_t = Σ_{s ≤ t} softmax_s(q_t · k_s / √d) v_s'],
  paper:
    'Vaswani et al. 2017, arXiv 1706.03762; block of nanoGPT, rotary positions of Su et al. 2021, arXiv 2104.09864',
  published: { stack: 'nanogpt', positions: 'none', expansion: 1 },
  fields,
  implementations: [fused, loop],
  state,
  outputs,
  parallel,
  step,
  writing,
};
