// mLSTM. Beck et al. 2024, "xLSTM", arXiv 2405.04517, equations 19 to 27; NX-AI/xlstm layer.py and cell.py (032a6fb8): the whole layer.
//   a | z = W x      c = silu(conv4(a))      q, k: blocks of 4 channels of c, v: of a      i, f = W [q | k | v] + b for each head
//   C_t = sigmoid(f_t) C_{t-1} + e^{i_t} k_t v_t^T / sqrt(d)      n_t the same of 1      h_t = q_t C_t / max(|q_t n_t|, 1)
//   y_t = (LayerNorm(h_t) (1 + w) + skip c_t) silu(z_t), the norm of each head
// e^i may overflow: C and n are kept times e^-m, m the largest logarithm so far; then the bound of |q n| is e^-m. The eps beside it belongs to
// the published code. inner, gate [H, D]; conv [H, 4]; query, key, value [H/4, 4, 4]; gates [2 heads, 3H] = rows i | f; skip, readWeight [H], where
// H = heads d. The projection of the result belongs to the block.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { stabiliser } from '../ops/cells.ts';
import { forgotten, nothingYet } from '../ops/stabiliser/reference.ts';
import {
  add,
  affine,
  blockLinear,
  causalConv,
  concat,
  constant,
  exp,
  layerNorm,
  linear,
  max,
  mul,
  neg,
  reciprocal,
  reshape,
  silu,
  slice,
  softplus,
  split,
  sub,
  gatedBy,
} from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { alongTime, ownWeights } from './along-time.ts';
import { blockDiagonal } from './head-blocks.ts';
import { initialiser } from './initialisers/registry.ts';
import {
  eachHead,
  headOutputs,
  headWidth,
  leastNormed,
  matrixHeads,
  matrixSlot,
  once,
  overHead,
  readMatrices,
  matrixForms,
  type Heads,
} from './matrix-state.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { lastInputs, ringSlot } from './ring.ts';

/** Added to what is divided by, and of the norm of each head. */
const [eps, normEps] = [1e-6, 1e-5];
/** Steps that the convolution sees, and channels that a block of queries, keys and values reads. */
const [taps, block] = [4, 4];

const fields = {
  heads: matrixHeads('Tables beside each other, each with an input gate and a forget gate.', '4'),
} as const satisfies Fields;

function headsOf({ hidden, values }: MixerConfig): Heads {
  const count = Number(values['heads']);
  let d = headWidth(hidden, count, leastNormed);
  while ((count * d) % block !== 0) d++;
  return { count, dk: d, dv: d };
}

function state(config: MixerConfig): readonly StateSlot[] {
  const heads = headsOf(config);
  const { count, dk, dv } = heads;
  return [
    matrixSlot('C', heads),
    { name: 'n', shape: [count, dk], start: 0 },
    { name: 'm', shape: [count], start: nothingYet },
    ringSlot('conv', taps - 1, count * dv),
  ];
}

const plain = { decay: false } as const;
const zeros = initialiser('zeros', {});

interface Inside {
  readonly q: ValueId;
  readonly k: ValueId;
  readonly v: ValueId;
  /** i | f before their functions [B, T, 2 heads]. */
  readonly gates: ValueId;
  readonly c: ValueId;
}

/** Everything that a cell reads, from one branch [B, T, H] of the input and the rows before it. */
function inside(builder: GraphBuilder, a: ValueId, ring: ValueId | null, config: MixerConfig): Inside {
  const { count, dv } = headsOf(config);
  const inner = count * dv;
  const taken = initialiser('torch-conv', { fan: taps });
  const filter = builder.parameter('conv', f32(inner, taps), taken);
  const c = silu(
    builder,
    causalConv(builder, a, filter, builder.parameter('convBias', f32(inner), taken, plain), ring),
  );
  const small = initialiser('small-init', { width: config.width });
  const inBlocks = (name: string, x: ValueId): ValueId => {
    const weight = builder.parameter(name, f32(inner / block, block, block), small);
    if (config.implementation === 'fused') return blockLinear(builder, x, weight);
    return linear(
      builder,
      x,
      once(builder, `blocks ${weight}`, () => blockDiagonal(builder, weight)),
    );
  };
  const [q, k, v] = [inBlocks('query', c), inBlocks('key', c), inBlocks('value', a)];
  const weight = builder.parameter('gates', f32(2 * count, 3 * inner), zeros);
  const bias = concat(
    builder,
    [
      builder.parameter('inputBias', f32(count), initialiser('normal', { deviation: 0.1 }), plain),
      builder.parameter('forgetBias', f32(count), initialiser('mlstm-forget', { heads: count }), plain),
    ],
    0,
  );
  const gates = [q, k, v]
    .map((one, i) => linear(builder, one, slice(builder, weight, 1, i * inner, inner), i === 0 ? bias : null))
    .reduce((x, y) => add(builder, x, y));
  return { q, k, v, gates, c };
}

interface Stable {
  /** Logarithms of what is kept of the state, of what a key is worth, and of the unit of both, [B, T, heads] each. */
  readonly decay: ValueId;
  readonly gain: ValueId;
  readonly unit: ValueId;
  readonly last: ValueId;
}

/** i | log f [B, T, 2 heads] in units of e^m, where m is the largest logarithm so far. */
export function inUnits(builder: GraphBuilder, gates: ValueId, start: ValueId | null, count: number): Stable {
  const [, time = 1] = builder.shape(gates);
  if (time > 1) {
    const { y, final } = stabiliser(builder, gates, start === null ? null : [start]);
    const [decay, gain, unit] = split(builder, y, 2, [count, count, count]);
    return { decay, gain, unit, last: final[0] };
  }
  const [batch = 1] = builder.shape(gates);
  const before = start ?? constant(builder, [batch, count], nothingYet);
  const [i, f] = split(builder, reshape(builder, gates, [batch, 2 * count]), 1, [count, count]);
  const kept = add(builder, f, before);
  const last = max(builder, kept, i);
  const left = max(builder, sub(builder, kept, last), constant(builder, [count], forgotten));
  const [decay, gain, unit] = [left, sub(builder, i, last), last].map((one) =>
    reshape(builder, one, [batch, 1, count]),
  ) as [ValueId, ValueId, ValueId];
  return { decay, gain, unit, last };
}

/** i | sigmoid^-1 f -> i | log f. */
export function logGates(builder: GraphBuilder, gates: ValueId, count: number): ValueId {
  const [i, f] = split(builder, gates, 2, [count, count]);
  return concat(builder, [i, neg(builder, softplus(builder, neg(builder, f)))], 2);
}

/** What the sums q C are divided by: max(|q n|, e^-m) + added, [B, T, heads]. */
export function divisor(builder: GraphBuilder, weight: ValueId, unit: ValueId, added: number): ValueId {
  const size = max(builder, weight, neg(builder, weight));
  return affine(builder, max(builder, size, exp(builder, neg(builder, unit))), 1, added);
}

function through(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  const heads = headsOf(config);
  const { count, dk, dv } = heads;
  const [rows, sums, unit, ring = null] = given ?? [];
  const small = initialiser('small-init', { width: config.width });
  const up = (name: string): ValueId =>
    linear(builder, x, builder.parameter(name, f32(count * dv, config.width), small));
  const a = up('inner');
  const { q, k, v, gates, c } = inside(builder, a, ring, config);
  const stable = inUnits(builder, logGates(builder, gates, count), unit ?? null, count);
  const worth = affine(builder, exp(builder, stable.gain), dk ** -0.5);
  const read = {
    q,
    k: mul(builder, k, overHead(builder, worth, heads, dk)),
    v,
    decay: { per: 'head', log: stable.decay },
  } as const;
  const before = rows === undefined || sums === undefined ? null : { rows, sums };
  const { y, weight, after } = readMatrices(builder, read, heads, before, true, config.implementation);
  if (weight === null || after.sums === null) throw new Error('mLSTM: the sum of keys is required');
  const below = divisor(builder, weight, stable.unit, eps);
  const h = mul(builder, y, overHead(builder, reciprocal(builder, below), heads, dv));
  const normed = eachHead(builder, h, count, (one, size) =>
    layerNorm(builder, one, constant(builder, [size], 1), constant(builder, [size], 0), normEps),
  );
  const scale = affine(builder, builder.parameter('readWeight', f32(count * dv), zeros, plain), 1, 1);
  const skip = builder.parameter('skip', f32(count * dv), initialiser('ones', {}), plain);
  const sum = add(builder, mul(builder, normed, scale), mul(builder, c, skip));
  const last = lastInputs(builder, a, ring, taps - 1);
  return { y: gatedBy(builder, 'silu', sum, up('gate')), state: [after.rows, after.sums, stable.last, last] };
}

/** The LSTM with a table as its cell. */
export const mLstm: ModelDef = {
  kind: 'mLstm',
  title: 'mLSTM',
  summary:
    'An LSTM whose cell is a table of keys and values; its input gate is exponential, and gates read the input alone.',
  family: 'matrix',
  year: 2024,
  equations: ["C' = σ(f) C + exp(i) k vᵀ / √d", "n' = σ(f) n + exp(i) k / √d", "h = q C' / max(|q · n'|, 1)"],
  paper: 'Beck et al. 2024, arXiv 2405.04517, equations 19 to 27; layer of NX-AI/xlstm',
  published: { stack: 'xlstm[1:0]', expansion: 2 },
  fields,
  implementations: matrixForms,
  downBias: false,
  outputs: (config) => headOutputs(headsOf(config)),
  ...alongTime({ title: 'mLSTM', state, weights: ownWeights, through }),
};
