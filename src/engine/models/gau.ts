// Gated attention unit. Hua et al. 2022, arXiv 2202.10447; as Su has it in bojone/bert4keras (c1ae0dc5) and GAU-alpha (f21e819f), kexue.fm/archives/8934
// and 9052.
//   u | v | z = silu(W x + b)      q = z gq + bq      k = z gk + bk      y_t = u_t (sum over s <= t of a_ts v_s)      one head
//   squared relu: a = relu(q k / sqrt(s))^2 / n; softmax plus: softmax of (log max(n, 16) / log 512) q k / sqrt(s); n = keys that the query sees
// weight [2 H + s, D] = rows u | v | z; scaleQuery, scaleKey [s], and with `bias` bias [2 H + s], biasQuery, biasKey [s]. The state is a cache of
// keys | values, as the Transformer's.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import {
  add,
  affine,
  attention,
  concat,
  constant,
  cumulativeSum,
  div,
  exp,
  linear,
  log,
  logCumulativeSumExp,
  matmul,
  max,
  mul,
  relu,
  reshape,
  rotary,
  silu,
  slice,
  split,
  square,
  sub,
} from '../ops/functional.ts';
import type { ChoiceField, Fields } from '../spec/fields.ts';
import { cacheOf, cacheSlots, grown, type Cache } from './cache.ts';
import { initialiser } from './initialisers/registry.ts';
import { loopOverTime } from './loop.ts';
import type { Implementation, MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { overRows } from './rows.ts';

const shares: ChoiceField = {
  kind: 'choice',
  label: 'Weights',
  symbol: 'weights',
  help: 'What a score becomes: its square where it is positive, a share by softmax, or a share whose sharpness grows with the number of keys.',
  default: 'softmax-plus',
  choices: [
    { value: 'softmax-plus', label: 'softmax plus' },
    { value: 'softmax', label: 'softmax' },
    { value: 'squared-relu', label: 'squared ReLU' },
  ],
  paper: 'squared ReLU in FLASH; softmax plus in GAU-α',
};

const positions: ChoiceField = {
  kind: 'choice',
  label: 'Positions',
  symbol: 'positions',
  help: 'How a query knows distances: by turning it and the keys by their positions, or not at all.',
  default: 'rotary',
  choices: [
    { value: 'rotary', label: 'rotary' },
    { value: 'none', label: 'none' },
  ],
  paper: 'rotary',
};

const fields = {
  keyWidth: {
    kind: 'int',
    label: 'Key width',
    symbol: 's',
    help: 'Width of queries and keys, which are two scalings of one projection.',
    default: 128,
    min: 1,
    max: 1024,
    paper: '128',
  },
  shares,
  positions,
  bias: {
    kind: 'bool',
    label: 'Bias',
    help: 'Adds a learned bias to the projection, to queries and to keys.',
    default: false,
    paper: 'off in GAU-α',
    advanced: true,
  },
} as const satisfies Fields;

const fused: Implementation = {
  id: 'fused',
  title: 'tiles',
  help: 'One kernel goes through keys tile by tile; nothing of the size of length x length is stored.',
};
const loop: Implementation = {
  id: 'loop',
  title: 'loop',
  unrolled: true,
  help: 'The readable definition: one set of operations a time step, over a cache with room for the longest sequence.',
};

const keyWidthOf = ({ values }: MixerConfig): number => Number(values['keyWidth']);

const state = (config: MixerConfig): readonly StateSlot[] =>
  cacheSlots(config.longest, keyWidthOf(config) + config.hidden);

interface Projected {
  readonly gate: ValueId;
  readonly value: ValueId;
  readonly query: ValueId;
  readonly key: ValueId;
}

/** x [B, T, D] -> gate and value [B, T, H], query and key [B, T, s]. */
function project(builder: GraphBuilder, x: ValueId, config: MixerConfig): Projected {
  const { width, hidden, layers, values } = config;
  const s = keyWidthOf(config);
  const steady = { decay: false } as const;
  const vector = (name: string, size: number, start: 'ones' | 'zeros'): ValueId =>
    builder.parameter(name, f32(size), initialiser(start, {}), steady);
  const bias = (name: string, size: number): ValueId | null =>
    values['bias'] === true ? vector(name, size, 'zeros') : null;
  const start = initialiser('roformer-v2', { fan: width, layers, parts: 3 });
  const weight = builder.parameter('weight', f32(2 * hidden + s, width), start);
  const all = silu(builder, linear(builder, x, weight, bias('bias', 2 * hidden + s)));
  const [gate, value, z] = split(builder, all, 2, [hidden, hidden, s]);
  const scaled = (of: 'Query' | 'Key'): ValueId => {
    const product = mul(builder, z, vector(`scale${of}`, s, 'ones'));
    const shift = bias(`bias${of}`, s);
    return shift === null ? product : add(builder, product, shift);
  };
  return { gate, value, query: scaled('Query'), key: scaled('Key') };
}

/** Keys that each of `time` queries sees, [B, T, 1]. */
function keysSeen(builder: GraphBuilder, before: Cache | null, batch: number, time: number): ValueId {
  const own = cumulativeSum(builder, constant(builder, [batch, time, 1], 1)).y;
  if (before === null) return own;
  const [total] = cumulativeSum(builder, before.filled).final; // [B, 1]
  const all = overRows(builder, reshape(builder, total, [batch, 1, 1]), time);
  const passed = cumulativeSum(builder, slice(builder, before.filled, 1, 0, time)).y;
  return add(builder, sub(builder, all, passed), own);
}

/** Queries [B, T, s] times log max(n, 16) / log 512, so that the entropy of shares depends less on the number of keys n. */
function sharpened(builder: GraphBuilder, query: ValueId, seen: ValueId, config: MixerConfig): ValueId {
  if (config.values['shares'] !== 'softmax-plus') return query;
  const least = max(builder, seen, constant(builder, [1], 16));
  const factor = affine(builder, log(builder, least), 1 / Math.log(512));
  return mul(builder, query, matmul(builder, factor, constant(builder, [1, keyWidthOf(config)], 1)));
}

/** The first `columns` columns turned by their positions from `offset` on, if positions are rotary. */
function turn(builder: GraphBuilder, x: ValueId, columns: number, offset: number, config: MixerConfig): ValueId {
  const attrs = { width: keyWidthOf(config), columns, offset, base: 10_000, halves: false };
  return config.values['positions'] === 'rotary' ? rotary(builder, x, attrs) : x;
}

/** x [B, T, D] after what `before` holds. */
function attend(builder: GraphBuilder, x: ValueId, before: Cache | null, config: MixerConfig): MixerOutput {
  const { longest, values } = config;
  const s = keyWidthOf(config);
  const [batch = 1, time = 1] = builder.shape(x);
  const { gate, value, query, key } = project(builder, x, config);
  const rows = concat(builder, [key, value], 2);
  const after = grown(builder, rows, before, longest);
  const past = before && { ...before, rows: turn(builder, before.rows, s, 0, config) };
  const sharp = sharpened(builder, query, keysSeen(builder, before, batch, time), config);
  const qkv = turn(builder, concat(builder, [sharp, key, value], 2), 2 * s, before === null ? 0 : longest, config);
  const by = values['shares'] === 'squared-relu' ? 'squaredRelu' : 'softmax';
  const read = attention(builder, qkv, { heads: 1, keyWidth: s, scale: s ** -0.5, shares: by }, past);
  return { y: mul(builder, gate, read), state: [after.rows, after.filled] };
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, gau, x, given, config);
  return attend(builder, x, cacheOf('GAU', given), config);
}

function step(builder: GraphBuilder, x: ValueId, given: readonly ValueId[], config: MixerConfig): MixerOutput {
  const [batch = 1, width = 1] = builder.shape(x);
  const before = cacheOf('GAU', given);
  if (before === null) throw new Error('GAU: a step needs the carried cache, got none');
  const row = reshape(builder, x, [batch, 1, width]);
  const { y, state: after } = (config.implementation === 'loop' ? definedStep : attend)(builder, row, before, config);
  return { y: reshape(builder, y, [batch, config.hidden]), state: after };
}

/** The same for one query x [B, 1, D] in elementary operations: all rows of the cache. */
function definedStep(builder: GraphBuilder, x: ValueId, before: Cache, config: MixerConfig): MixerOutput {
  const { longest, hidden, values } = config;
  const s = keyWidthOf(config);
  const [batch = 1] = builder.shape(x);
  const { gate, value, query, key } = project(builder, x, config);
  const after = grown(builder, concat(builder, [key, value], 2), before, longest);
  const [count] = cumulativeSum(builder, after.filled).final; // [B, 1]
  const seen = reshape(builder, count, [batch, 1, 1]);
  const turned = turn(builder, sharpened(builder, query, seen, config), s, longest - 1, config);
  const [keys, contents] = split(builder, turn(builder, after.rows, s, 0, config), 2, [s, hidden]);
  const along = mul(builder, keys, overRows(builder, turned, longest));
  const scores = affine(builder, matmul(builder, along, constant(builder, [s, 1], 1)), s ** -0.5); // [B, W, 1]
  const weights =
    values['shares'] === 'squared-relu'
      ? squares(builder, scores, after.filled, overRows(builder, seen, longest))
      : softmaxShares(builder, add(builder, scores, log(builder, after.filled)));
  const weighted = mul(builder, contents, matmul(builder, weights, constant(builder, [1, hidden], 1)));
  const [read] = cumulativeSum(builder, weighted).final; // [B, H]
  return {
    y: mul(builder, gate, reshape(builder, read, [batch, 1, hidden])),
    state: [after.rows, after.filled],
  };
}

const squares = (builder: GraphBuilder, scores: ValueId, filled: ValueId, seen: ValueId): ValueId =>
  div(builder, mul(builder, square(builder, relu(builder, scores)), filled), seen);

function softmaxShares(builder: GraphBuilder, logits: ValueId): ValueId {
  const [batch = 1, rows = 1] = builder.shape(logits);
  const [total] = logCumulativeSumExp(builder, logits).final; // [B, 1]
  return exp(builder, sub(builder, logits, overRows(builder, reshape(builder, total, [batch, 1, 1]), rows)));
}

/** Attention and its gate in one layer. */
export const gau: ModelDef = {
  kind: 'gau',
  title: 'GAU',
  summary: 'Attention with one head whose result a gate lets through: one layer in place of attention and MLP.',
  family: 'attention',
  year: 2022,
  equations: ['u, v, z = silu(W x);  q = γ_q ⊙ z,  k = γ_k ⊙ z', 'y_t = u_t ⊙ Σ_{s ≤ t} a(q_t · k_s / √d) v_s'],
  paper: 'Hua et al. 2022, arXiv 2202.10447; Su 2022, kexue.fm/archives/8934 and 9052 (GAU-α)',
  published: { stack: 'gau-alpha', expansion: 2 },
  fields,
  implementations: [fused, loop],
  state,
  parallel,
  step,
};
