// Gated linear attention. Yang et al. 2023, arXiv 2312.06635, equation 3 and section 4.4; flash-linear-attention layers/gla.py (bc3b101d).
//   S_t = diag(alpha_t) S_{t-1} + k_t v_t^T      o_t = q_t S_t / sqrt(dk)      y_t = RMSNorm(o_t) silu(W_g x_t), the norm of each head
//   log alpha_t = logsigmoid(W_2 W_1 x_t + b) / 16: a decay of each key, from a matrix of low rank
// query, key [heads dk, D], dk half of dv by default; value, gate [heads dv, D]; decayIn [rank, D], decayOut [heads dk, rank], decayBias; readWeight [dv],
// the same for all heads. The projection of the result belongs to the block.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { affine, linear, neg, rmsNorm, softplus, gatedBy } from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { alongTime, ownWeights } from './along-time.ts';
import { initialiser } from './initialisers/registry.ts';
import {
  eachHead,
  headOutputs,
  headWidth,
  leastNormed,
  matrixHeads,
  matrixSlot,
  readMatrices,
  matrixForms,
  type Heads,
} from './matrix-state.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';

/** Of the norm of each head. */
const eps = 1e-5;
/** What logarithms of decays are divided by, so that they start close to 0. */
const calm = 16;

const fields = {
  heads: matrixHeads('Tables beside each other, each of keys and values of its own.', '4'),
  keys: {
    kind: 'float',
    label: 'Width of keys',
    symbol: 'keys',
    help: 'Width of keys and queries together, as a part of the width of the state.',
    default: 0.5,
    min: 0.01,
    max: 4,
    paper: '0.5',
  },
  rank: {
    kind: 'int',
    label: 'Rank of the decay',
    symbol: 'rank',
    help: 'Decays of all keys are read from the input through so many numbers.',
    default: 16,
    min: 1,
    max: 1024,
    paper: '16',
  },
} as const satisfies Fields;

function headsOf({ hidden, values }: MixerConfig): Heads {
  const count = Number(values['heads']);
  return {
    count,
    dk: headWidth(Math.max(1, Math.round(hidden * Number(values['keys']))), count),
    dv: headWidth(hidden, count, leastNormed),
  };
}

const state = (config: MixerConfig): readonly StateSlot[] => [matrixSlot('S', headsOf(config))];

const start = initialiser('normal', { deviation: 0.02 });

/** Logarithm of what each key keeps [..., heads dk]. */
function decays(builder: GraphBuilder, x: ValueId, size: number, { width, values }: MixerConfig): ValueId {
  const rank = Number(values['rank']);
  const into = builder.parameter('decayIn', f32(rank, width), start);
  const out = builder.parameter('decayOut', f32(size, rank), start);
  const bias = builder.parameter('decayBias', f32(size), initialiser('zeros', {}), { decay: false });
  const open = linear(builder, linear(builder, x, into), out, bias);
  return affine(builder, softplus(builder, neg(builder, open)), -1 / calm);
}

function through(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  const heads = headsOf(config);
  const { count, dk, dv } = heads;
  const weight = (name: string, size: number): ValueId => builder.parameter(name, f32(size, config.width), start);
  const read = {
    q: linear(builder, x, affine(builder, weight('query', count * dk), dk ** -0.5)),
    k: linear(builder, x, weight('key', count * dk)),
    v: linear(builder, x, weight('value', count * dv)),
    decay: { per: 'key', log: decays(builder, x, count * dk, config) },
  } as const;
  const before = given?.[0] === undefined ? null : { rows: given[0], sums: null };
  const { y, after } = readMatrices(builder, read, heads, before, false, config.implementation);
  const scale = builder.parameter('readWeight', f32(dv), initialiser('ones', {}), { decay: false });
  const normed = eachHead(builder, y, count, (rows) => rmsNorm(builder, rows, scale, eps));
  const opening = linear(builder, x, weight('gate', count * dv));
  return { y: gatedBy(builder, 'silu', normed, opening), state: [after.rows] };
}

/** A table of keys and values of which each key fades as the input says. */
export const gla: ModelDef = {
  kind: 'gla',
  title: 'GLA',
  summary:
    'Linear attention with forget gates: the input decides for every key how much of its row in the table stays.',
  family: 'matrix',
  year: 2023,
  equations: ["S' = diag(α) S + k vᵀ, log α = logσ(W₂ W₁ x + b) / 16", "o = q S' / √d", 'y = RMSNorm(o) ⊙ silu(W_g x)'],
  paper: 'Yang et al. 2023, arXiv 2312.06635; layer of flash-linear-attention',
  published: { stack: 'gla' },
  fields,
  implementations: matrixForms,
  downBias: false,
  outputs: (config) => headOutputs(headsOf(config)),
  ...alongTime({ title: 'GLA', state, weights: ownWeights, through }),
};
