// RWKV-4's time mixing. Peng et al. 2023, "RWKV: reinventing RNNs for the transformer era", arXiv 2305.13048, equations 11 to 16;
// BlinkDL/RWKV-LM RWKV-v4 model.py.
//   k, v, r = W_k, W_v, W_r of mu x_t + (1 - mu) x_{t-1}, each with its own mu
//   m_t = mean of v_1 .. v_t with weights e^{k_i - (t-1-i) e^w}, and e^{u + k_t} for the newest      y_t = sigmoid(r_t) m_t
// mixKey, mixValue, mixGate [D]; key, value, gate [H, D]; decay = w, first = u [H]. Without the mixtures it is Su's form (kexue.fm/archives/9554). The
// projection of the result belongs to the block, as does the channel mixing (parts/channel-mix.ts).
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { wkv } from '../ops/cells.ts';
import { add, concat, exp, linear, mul, neg, oneMinus, reshape, gatedBy } from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { initialiser } from './initialisers/registry.ts';
import { loopOverTime } from './loop.ts';
import { fusedAndLoop } from './minimal.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { lastInputs, oneLater, ringSlot } from './ring.ts';
import { lastMean, meanSlots, meanWith, startOf, weightWith } from './running-mean.ts';

const fields = {
  shift: {
    kind: 'bool',
    label: 'Time shift',
    help: 'Keys, values and gates read a learned mixture of the current and the previous input.',
    default: true,
    paper: 'on; off in the comparison of kexue.fm/archives/9554',
  },
} as const satisfies Fields;

const shifts = ({ values }: MixerConfig): boolean => values['shift'] !== false;

const state = (config: MixerConfig): readonly StateSlot[] =>
  shifts(config) ? [...meanSlots(config), ringSlot('x', 1, config.width)] : meanSlots(config);

interface Read {
  readonly key: ValueId;
  readonly value: ValueId;
  readonly gate: ValueId;
}

/** x and the input before it, [..., D] each -> keys, values and gates [..., H]. */
function project(builder: GraphBuilder, x: ValueId, before: ValueId | null, config: MixerConfig): Read {
  const { width, hidden, layer, layers } = config;
  const mixed = (name: string, raise: number, power: number): ValueId => {
    if (before === null) return x;
    const start = initialiser('rwkv-mix', { width, layer, layers, raise, power });
    const share = builder.parameter(name, f32(width), start, { decay: false });
    return add(builder, mul(builder, x, share), mul(builder, before, oneMinus(builder, share)));
  };
  const nothing = initialiser('zeros', {});
  const spread = initialiser('orthogonal', { gain: Math.sqrt(Math.max(1, hidden / width)) });
  return {
    key: linear(builder, mixed('mixKey', 0, 1), builder.parameter('key', f32(hidden, width), nothing)),
    value: linear(builder, mixed('mixValue', 0.3, 1), builder.parameter('value', f32(hidden, width), spread)),
    gate: linear(builder, mixed('mixGate', 0, 0.5), builder.parameter('gate', f32(hidden, width), nothing)),
  };
}

/** The logarithm of how much of a weight is left a step later, and what the newest weighs more, [H] each. */
function rates(
  builder: GraphBuilder,
  { hidden: width, layer, layers }: MixerConfig,
): { decay: ValueId; bonus: ValueId } {
  const slow = initialiser('rwkv-decay', { width, layer, layers });
  const decay = builder.parameter('decay', f32(width), slow, { decay: false });
  const bonus = builder.parameter('first', f32(width), initialiser('rwkv-first', { width }), { decay: false });
  return { decay: neg(builder, exp(builder, decay)), bonus };
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, rwkv4, x, given, config);
  const last = given?.[2] ?? null;
  const before = shifts(config) ? oneLater(builder, x, last) : null;
  const { key, value, gate } = project(builder, x, before, config);
  const { decay, bonus } = rates(builder, config);
  const { y, final } = wkv(builder, concat(builder, [key, value], 2), { decay, bonus }, startOf(builder, given));
  const after = lastMean(builder, final, config);
  return {
    y: gatedBy(builder, 'sigmoid', y, gate),
    state: before === null ? after : [...after, lastInputs(builder, x, last, 1)],
  };
}

function step(builder: GraphBuilder, x: ValueId, given: readonly ValueId[], config: MixerConfig): MixerOutput {
  const [mean, weight, last] = given;
  if (mean === undefined || weight === undefined || (shifts(config) && last === undefined))
    throw new Error('RWKV-4: step needs the carried states mean and weight [B, H] and, with time shift, x [B, 1, D]');
  const [batch = 1, width = 1] = builder.shape(x);
  const before = last === undefined ? null : reshape(builder, last, [batch, width]);
  const { key, value, gate } = project(builder, x, before, config);
  const { decay, bonus } = rates(builder, config);
  const now = meanWith(builder, { mean, weight }, { key: add(builder, key, bonus), value });
  const old = add(builder, weight, decay);
  const after = [meanWith(builder, { mean, weight: old }, { key, value }), weightWith(builder, old, key)];
  return {
    y: gatedBy(builder, 'sigmoid', now, gate),
    state: before === null ? after : [...after, reshape(builder, x, [batch, 1, width])],
  };
}

/** Attention of which each channel fades at a fixed rate. */
export const rwkv4: ModelDef = {
  kind: 'rwkv4',
  title: 'RWKV-4',
  summary: 'The mean of all values so far, weighted by keys that fade at a fixed rate a channel, behind a gate.',
  family: 'elementwise',
  year: 2023,
  equations: [
    'k, v, r = W (μ ⊙ x + (1 − μ) ⊙ x before)',
    "a' = exp(−exp(w)) a + exp(k) v, b' the same of 1",
    'y = σ(r) ⊙ (a + exp(u + k) v) / (b + exp(u + k))',
  ],
  published: { stack: 'rwkv4' },
  paper: 'Peng et al. 2023, arXiv 2305.13048, equations 11 to 16; starts of BlinkDL/RWKV-LM RWKV-v4',
  fields,
  implementations: fusedAndLoop,
  downBias: false,
  state,
  parallel,
  step,
};
