// H3: two state spaces between gates. Fu et al. 2023, "Hungry hungry hippos", arXiv 2212.14052; HazyResearch/H3 h3.py, ss_kernel_shift.py,
// ss_kernel_diag.py (5c4d06b5).
//   q | k | v = W x + b
//   s_t = (0, s_{t-1} without its last) + B_s k_t      k'_t = C_s s_t + D_s k_t      (the last inputs, in each channel)
//   o_t = S4D's step of k'_i v_j for each pair of channels i, j of a head      y_j = sum over i of o_ij q_i
// weight [3H, D], bias [3H]; shiftIn, shiftOut [M, H], shiftSkip [H]; logStep [heads], logDecay, frequency, in, out (Re, Im) [heads, N], skip [heads].
// y is ordered by j, then by head, as the published code has it. States: s, the oldest first, and the modes of each pair, [2, d d heads N].
import { f32 } from '../core/tensor.ts';
import { label, type Message, say } from '../core/say.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { fixedComplexScan } from '../ops/cells.ts';
import { add, concat, constant, linear, longConvolution, mul, pad, reshape, slice, split } from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { alongTime } from './along-time.ts';
import { asStart, asState, complexSlot } from './complex-state.ts';
import { firstSteps, modesField, systemFields } from './diagonal.ts';
import { type Pairs, type Shift, sizesOf, type Sizes, type Weights, weightsOf } from './h3-systems.ts';
import { withSkip } from './implicit-filter.ts';
import { initialiser } from './initialisers/registry.ts';
import { filtered, flatModes, modalSum, spread } from './modal-filter.ts';
import type { Implementation, MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { lastInputs } from './ring.ts';

const fields = {
  head: {
    kind: 'int',
    label: 'Width of a head',
    symbol: 'head',
    help: 'Channels that are multiplied with each other; each pair of them has a state.',
    default: 1,
    min: 1,
    max: 16,
    paper: '1; 8 in its larger language models',
  },
  shift: {
    kind: 'int',
    label: 'Shifted inputs',
    help: 'Last keys that the first state space sees.',
    default: 64,
    min: 1,
    max: 256,
    paper: '64',
  },
  modes: modesField('pair'),
  ...systemFields,
  rule: { ...systemFields.rule, default: 'bilinear', paper: 'bilinear' },
} as const satisfies Fields;

const implementations: readonly Implementation[] = [
  { id: 'conv', title: 'convolution', help: 'Both state spaces as filters, the second applied by fast transforms.' },
  { id: 'scan', title: 'scan', help: 'The second state space as a scan over its modes.' },
  { id: 'loop', title: 'loop', unrolled: true, help: 'The readable definition: one set of operations a time step.' },
];

const refuse = ({ hidden, values }: MixerConfig): Message | null =>
  hidden % Number(values['head']) === 0
    ? null
    : say`${label('H3')}: the width of a head must divide the width of the state, ${hidden}, got ${Number(values['head'])}`;

function state(config: MixerConfig): readonly StateSlot[] {
  const { pairs, modes, shift } = sizesOf(config);
  return [{ name: 'k', shape: [shift, config.hidden], start: 0 }, complexSlot(pairs * modes)];
}

/** q | k | v of x [..., D]. */
function project(builder: GraphBuilder, x: ValueId, { width, hidden }: MixerConfig): readonly ValueId[] {
  const start = initialiser('torch-linear', { fan: width });
  const weight = builder.parameter('weight', f32(3 * hidden, width), start);
  const bias = builder.parameter('bias', f32(3 * hidden), start, { decay: false });
  return split(builder, linear(builder, x, weight, bias), 2, [hidden, hidden, hidden]);
}

/** k' and s after it, from k [B, T, H] and s before. */
function shifted(
  builder: GraphBuilder,
  k: ValueId,
  before: ValueId | null,
  { into, out, skip }: Shift,
): { readonly y: ValueId; readonly state: ValueId } {
  const [M = 1, H = 1] = builder.shape(into);
  const [batch = 1, time = 1] = builder.shape(k);
  const ahead = { rows: M, backwards: true };
  const taps = longConvolution(builder, reshape(builder, out, [1, M, H]), into, ahead);
  const filter = withSkip(builder, reshape(builder, taps, [M, H]), skip);
  const y = longConvolution(builder, k, filter, { rows: time, backwards: false });
  const news = longConvolution(builder, lastInputs(builder, k, null, M), into, ahead);
  if (before === null) return { y, state: news };
  const nothing = constant(builder, [batch, time, H], 0);
  const old = longConvolution(builder, concat(builder, [before, nothing], 1), out, { rows: time, backwards: false });
  const left = time < M ? pad(builder, slice(builder, before, 1, time, M - time), 1, 0, M) : null;
  return { y: add(builder, y, old), state: left === null ? news : add(builder, news, left) };
}

/** A channel of each head for one place in each: x [B, T, heads d] -> d of [B, T, heads]. */
function places(builder: GraphBuilder, x: ValueId, { d, heads }: Sizes): readonly ValueId[] {
  if (d === 1) return [x];
  const [batch = 1, time = 1] = builder.shape(x);
  const ones = Array.from({ length: d }, () => 1);
  const apart = split(builder, reshape(builder, x, [batch, time, heads, d]), 3, ones);
  return apart.map((one) => reshape(builder, one, [batch, time, heads]));
}

/** Channels for all pairs (i, j): by i, or by j. */
function overPairs(builder: GraphBuilder, parts: readonly ValueId[], by: 'i' | 'j'): ValueId {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const all = parts.flatMap((one) => parts.map((other) => (by === 'i' ? one : other)));
  return concat(builder, all, 2);
}

/** The second state space over time. */
function remembered(
  builder: GraphBuilder,
  kv: ValueId,
  given: ValueId | null,
  pairs: Pairs,
  implementation: string,
): { readonly y: ValueId; readonly state: ValueId } {
  const { decay, into, out, skip } = pairs;
  const start = asStart(builder, given === null ? null : [given]);
  const { y: h, final } = fixedComplexScan(builder, spread(builder, kv, into), flatModes(builder, decay), start);
  const after = asState(builder, final[0]);
  if (implementation !== 'conv' || given !== null)
    return { y: add(builder, modalSum(builder, h, out), mul(builder, kv, skip)), state: after };
  return { y: filtered(builder, kv, pairs), state: after };
}

function through(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
  { shift, pairs }: Weights,
): MixerOutput {
  const sizes = sizesOf(config);
  const { d, heads } = sizes;
  const [q = x, k = x, v = x] = project(builder, x, config);
  const first = shifted(builder, k, given?.[0] ?? null, shift);
  const wide = (one: ValueId, by: 'i' | 'j'): ValueId => overPairs(builder, places(builder, one, sizes), by);
  const kv = mul(builder, wide(first.y, 'i'), wide(v, 'j'));
  const second = remembered(builder, kv, given?.[1] ?? null, pairs, config.implementation);
  const all = mul(builder, second.y, wide(q, 'i'));
  const row = d * heads;
  const parts =
    d === 1
      ? [all]
      : split(
          builder,
          all,
          2,
          Array.from({ length: d }, () => row),
        );
  return { y: parts.reduce((one, other) => add(builder, one, other)), state: [first.state, second.state] };
}

/** Products that are remembered, from keys a few steps back. */
export const h3: ModelDef = {
  kind: 'h3',
  title: 'H3',
  summary:
    'A state space that looks a few steps back makes keys, another remembers their products with values, and queries read it: attention without a growing cache.',
  family: 'structured',
  year: 2023,
  equations: ["k' = shift(k)", "x' = exp(Δ A) ⊙ x + B̄ (k' ⊗ v)", "y = q ⊙ (2 Re(C · x') + D (k' ⊗ v))"],
  paper: 'Fu et al. 2023, arXiv 2212.14052; HazyResearch/H3 h3.py',
  published: { stack: 'h3', expansion: 1 },
  fields,
  turns: (values) => Math.PI * (Number(values['modes']) - 1) * firstSteps(values).high,
  implementations,
  refuse,
  ...alongTime({ title: 'H3', state, weights: weightsOf, through }),
};
