// HGRN2. Qin et al. 2024, "HGRN2: gated linear RNNs with state expansion", arXiv 2404.07904; Doraemonzzz/hgru2-pytorch (caf92f0d).
//   f_t = lb + (1 - lb) sigmoid(W_f x_t)      S_t = diag(f_t) S_{t-1} + (1 - f_t) i_t^T, i_t = W_i x_t      o_t = q_t S_t, q_t = silu(W_q x_t)
//   y_t = RMSNorm(o_t), over all heads together
// HGRN whose every number became a row: what is not kept is the key. lb as in HGRN. query, forget, input [heads d, D], no bias; readWeight [heads d];
// mixer/lowerBounds = Gamma [layers, heads d], one tensor for all layers. The projection of the result belongs to the block.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { linear, log, mul, neg, oneMinus, rmsNorm, sigmoid, silu, softplus } from '../ops/functional.ts';
import type { ChoiceField, Fields } from '../spec/fields.ts';
import { alongTime, ownWeights } from './along-time.ts';
import { boundOf, keptShare } from './hgrn.ts';
import { initialiser } from './initialisers/registry.ts';
import {
  headOutputs,
  headWidth,
  matrixHeads,
  matrixSlot,
  readMatrices,
  matrixForms,
  type Heads,
} from './matrix-state.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';

/** Of the norm of the result. */
const eps = 1e-5;

const queryField: ChoiceField = {
  kind: 'choice',
  label: 'Activation of queries',
  help: 'Queries take the place of the output gate.',
  default: 'silu',
  choices: [
    { value: 'silu', label: 'silu' },
    { value: 'sigmoid', label: 'sigmoid' },
  ],
  paper: 'silu in its language models, sigmoid in its layer for other data',
  advanced: true,
};

const fields = {
  heads: matrixHeads('Tables beside each other: each forget gate keeps a row as wide as a head.', 'heads of width 128'),
  query: queryField,
} as const satisfies Fields;

function headsOf({ hidden, values }: MixerConfig): Heads {
  const count = Number(values['heads']);
  const d = headWidth(hidden, count);
  return { count, dk: d, dv: d };
}

const state = (config: MixerConfig): readonly StateSlot[] => [matrixSlot('S', headsOf(config))];

/** What is not kept, which is the key, and the logarithm of what is: neither is 1 minus the other where it is small. */
export function keyAndDecay(
  builder: GraphBuilder,
  f: ValueId,
  bound: ValueId | null,
): { readonly k: ValueId; readonly log: ValueId } {
  const shut = sigmoid(builder, neg(builder, f));
  if (bound === null) return { k: shut, log: neg(builder, softplus(builder, neg(builder, f))) };
  return { k: mul(builder, shut, oneMinus(builder, bound)), log: log(builder, keptShare(builder, f, bound)) };
}

function through(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  const heads = headsOf(config);
  const inner = heads.count * heads.dv;
  const project = (name: string): ValueId => {
    const start = initialiser('normal', { deviation: 0.02 });
    return linear(builder, x, builder.parameter(name, f32(inner, config.width), start));
  };
  const { k, log: decay } = keyAndDecay(builder, project('forget'), boundOf(builder, { ...config, hidden: inner }));
  const activate = config.values['query'] === 'sigmoid' ? sigmoid : silu;
  const read = {
    q: activate(builder, project('query')),
    k,
    v: project('input'),
    decay: { per: 'key', log: decay },
  } as const;
  const before = given?.[0] === undefined ? null : { rows: given[0], sums: null };
  const { y, after } = readMatrices(builder, read, heads, before, false, config.implementation);
  const weight = builder.parameter('readWeight', f32(inner), initialiser('ones', {}), { decay: false });
  return { y: rmsNorm(builder, y, weight, eps), state: [after.rows] };
}

/** HGRN with a row for every number of its state. */
export const hgrn2: ModelDef = {
  kind: 'hgrn2',
  title: 'HGRN2',
  summary: 'HGRN whose numbers became rows of a table: what a gate does not keep of its row, it writes anew.',
  family: 'matrix',
  year: 2024,
  equations: ['f = γ + (1 − γ) ⊙ σ(W_f x)', "S' = diag(f) S + (1 − f) (W_i x)ᵀ", "y = RMSNorm(silu(W_q x) S')"],
  paper:
    'Qin et al. 2024, arXiv 2404.07904; Doraemonzzz/hgru2-pytorch, the norm has a weight, as in flash-linear-attention',
  published: { stack: 'hgrn' },
  fields,
  implementations: matrixForms,
  downBias: false,
  outputs: (config) => headOutputs(headsOf(config)),
  ...alongTime({ title: 'HGRN2', state, weights: ownWeights, through }),
};
