// RG-LRU, the recurrence of Griffin. De et al. 2024, arXiv 2402.19427, section 2.4; layers.py of google-deepmind/recurrentgemma.
//   i_t = sigmoid(x_t W_i + b_i)      r_t = sigmoid(x_t W_r + b_r)      a_t = exp(-8 r_t softplus(a_param))
//   h_t = a_t h_{t-1} + sqrt(1 - a_t^2) i_t x_t;      at the beginning of a sequence h_1 = i_1 x_1
// W are block-diagonal: inputGate, decayGate [heads, H/heads, H/heads] as in x W, their biases [heads, H/heads]; decay [H] = a_param. Where the state
// is wider or narrower than the input, `input` [H, D] projects first.
// The beginning needs no case of its own in the scan: from h_0 = a_1 / (1 + s_1) i_1 x_1, s = sqrt(1 - a^2), the formula gives h_1 = i_1 x_1.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { rgLru as cell } from '../ops/cells.ts';
import {
  add,
  affine,
  concat,
  constant,
  div,
  exp,
  linear,
  linearScan,
  matmul,
  mul,
  neg,
  oneMinus,
  reshape,
  type ScanResult,
  type ScanStart,
  sigmoid,
  slice,
  softplus,
  split,
  sqrt,
  unary,
} from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { blockDiagonal, headsField, wholeHeads } from './head-blocks.ts';
import { initialiser } from './initialisers/registry.ts';
import { loopOverTime } from './loop.ts';
import { gatedImplementations } from './minimal.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';

const fields = {
  heads: {
    ...headsField,
    help: 'The gates of a head read only the channels of that head: their matrices have blocks on the diagonal.',
    paper: 'blocks of 256 channels: 10 heads at a width of 2,560',
  },
} as const satisfies Fields;

const title = 'RG-LRU';

/** `begun` is 0 before the first step and 1 after it: it is not learned. */
const state = ({ hidden }: MixerConfig): readonly StateSlot[] => [
  { name: 'h', shape: [hidden], start: 0 },
  { name: 'begun', shape: [1], start: 0, ring: true },
];

/** x [..., D] -> x' | i | r [..., 3H]. */
function project(builder: GraphBuilder, x: ValueId, { width, hidden, values }: MixerConfig): ValueId {
  const heads = Number(values['heads']);
  const size = hidden / heads;
  const gate = (name: string): readonly [weight: ValueId, bias: ValueId] => {
    const weight = builder.parameter(name, f32(heads, size, size), initialiser('lecun-normal', { fan: size }));
    const bias = builder.parameter(`${name}Bias`, f32(heads, size), initialiser('zeros', {}), { decay: false });
    return [blockDiagonal(builder, weight), reshape(builder, bias, [hidden])];
  };
  const into = (): ValueId =>
    linear(builder, x, builder.parameter('input', f32(hidden, width), initialiser('torch-linear', { fan: width })));
  const inside = width === hidden ? x : into();
  const [input, decay] = [gate('inputGate'), gate('decayGate')];
  const bias = concat(builder, [input[1], decay[1]], 0);
  const gates = matmul(builder, inside, concat(builder, [input[0], decay[0]], 1), { bias });
  return concat(builder, [inside, gates], builder.shape(x).length - 1);
}

/** 8 softplus(a_param) [H]: the rate of decay where the gate is open. */
function rateOf(builder: GraphBuilder, { hidden }: MixerConfig): ValueId {
  const start = initialiser('rg-lru-decay', { low: 0.9, high: 0.999 });
  return affine(builder, softplus(builder, builder.parameter('decay', f32(hidden), start, { decay: false })), 8);
}

interface Gates {
  /** a, sqrt(1 - a^2), and i x. */
  readonly keep: ValueId;
  readonly share: ValueId;
  readonly news: ValueId;
}

function gatesOf(builder: GraphBuilder, u: ValueId, rate: ValueId, { hidden }: MixerConfig): Gates {
  const [x, i, r] = split(builder, u, builder.shape(u).length - 1, [hidden, hidden, hidden]);
  const decay = neg(builder, mul(builder, sigmoid(builder, r), rate));
  const rest = neg(builder, unary(builder, 'expm1', affine(builder, decay, 2)));
  return { keep: exp(builder, decay), share: sqrt(builder, rest), news: mul(builder, sigmoid(builder, i), x) };
}

/** The state that the first step starts from: what is carried, or where nothing has begun the one that lets i x pass whole. */
function startOf(
  builder: GraphBuilder,
  { keep, share, news }: Gates,
  given: readonly ValueId[] | null,
  { hidden }: MixerConfig,
): ValueId {
  const first = mul(builder, div(builder, keep, affine(builder, share, 1, 1)), news); // [B, H]
  const [h, begun] = given ?? [];
  if (h === undefined || begun === undefined) return first;
  const wide = matmul(builder, begun, constant(builder, [1, hidden], 1));
  return add(builder, mul(builder, wide, h), mul(builder, oneMinus(builder, wide), first));
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  const [batch = 1] = builder.shape(x);
  if (config.implementation === 'loop') return loopOverTime(builder, rgLru, x, given, config);
  const u = project(builder, x, config); // [B, T, 3H]
  const rate = rateOf(builder, config);
  const first = reshape(builder, slice(builder, u, 1, 0, 1), [batch, 3 * config.hidden]);
  const start = startOf(builder, gatesOf(builder, first, rate, config), given, config);
  const { y, final } = overTime(builder, u, rate, [start], config);
  return { y, state: [...final, constant(builder, [batch, 1], 1)] };
}

function overTime(builder: GraphBuilder, u: ValueId, rate: ValueId, start: ScanStart, config: MixerConfig): ScanResult {
  if (config.implementation === 'fused') return cell(builder, u, rate, start);
  const { keep, share, news } = gatesOf(builder, u, rate, config);
  return linearScan(builder, keep, mul(builder, share, news), start);
}

function step(builder: GraphBuilder, x: ValueId, given: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (given.length < 2) throw new Error('RG-LRU: step needs the carried states h [B, H] and begun [B, 1]');
  const [batch = 1] = builder.shape(x);
  const gates = gatesOf(builder, project(builder, x, config), rateOf(builder, config), config);
  const before = startOf(builder, gates, given, config);
  const next = add(builder, mul(builder, gates.keep, before), mul(builder, gates.share, gates.news)); // [B, H]
  return { y: next, state: [next, constant(builder, [batch, 1], 1)] };
}

/** The recurrence of Griffin and RecurrentGemma. */
export const rgLru: ModelDef = {
  kind: 'rgLru',
  title,
  summary: 'A gate sets how fast each channel forgets, and the input is scaled so that the state keeps its size.',
  family: 'elementwise',
  year: 2024,
  equations: ['i, r = σ(W x)', 'a = exp(−8 r ⊙ softplus(Λ))', "h' = a ⊙ h + √(1 − a²) ⊙ i ⊙ x"],
  published: { stack: 'griffin' },
  paper: 'De et al. 2024, arXiv 2402.19427, section 2.4; google-deepmind/recurrentgemma',
  fields,
  implementations: gatedImplementations,
  refuse: wholeHeads(title),
  state,
  parallel,
  step,
};
