// sLSTM, the scalar memory of xLSTM. Beck et al. 2024, arXiv 2405.04517, section 2.2; src/vanilla/slstm.py, cell.py and layer.py of NX-AI/xlstm (032a6fb8).
//   c = silu(conv(x))      i = W_i c + R_i y + b_i      f = W_f c + R_f y + b_f      z = tanh(W_z x + R_z y + b_z)      o = sigmoid(W_o x + R_o y + b_o)
//   C' = sigmoid(f) C + e^i z      n' = sigmoid(f) n + e^i      y' = o C' / n'      result: LayerNorm of y' in each head, times 1 + norm
// C / n is a mean of all z, weighted by e^i, whose weights fade: carried are that mean and log n, so nothing overflows and no maximum is kept (decision 30).
// Matrices have blocks for the heads: input, forget, content, shown [heads, H/heads, D/heads] read the input, recurrent [heads, 4 H/heads, H/heads] (rows i | f |
// z | o of a head) the result before; biases [H] each; conv [D, K], convBias [D]; norm [H].
import { label, say, type Message } from '../core/say.ts';
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import {
  add,
  blockLinear,
  affine,
  causalConv,
  concat,
  constant,
  layerNorm,
  linear,
  mul,
  neg,
  reshape,
  sigmoid,
  silu,
  slstm as fusedSlstm,
  softplus,
  split,
  sub,
  tanh,
} from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { classicImplementations } from './classic.ts';
import { blockDiagonal, headsField, wholeHeads } from './head-blocks.ts';
import { initialiser } from './initialisers/registry.ts';
import { loopOverTime } from './loop.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { lastInputs, ringSlot } from './ring.ts';
import { lastMean, meanSlots, meanWith, startOf, weightWith } from './running-mean.ts';

const fields = {
  heads: {
    ...headsField,
    help: 'Every head reads its own channels of the input and of the result before: their matrices have blocks on the diagonal.',
    paper: '4',
  },
  kernel: {
    kind: 'int',
    label: 'Convolution length',
    symbol: 'kernel',
    help: 'Steps of the input, the current one included, that the gates of input and forgetting read through a convolution.',
    unit: 'steps',
    default: 4,
    min: 2,
    max: 16,
    paper: '4',
    advanced: true,
  },
} as const satisfies Fields;

const title = 'sLSTM';

const kernelOf = ({ values }: MixerConfig): number => Number(values['kernel']);

/** `recent`: the inputs that the convolution still reads. */
const state = (config: MixerConfig): readonly StateSlot[] => [
  { name: 'h', shape: [config.hidden], start: 0 },
  ...meanSlots(config),
  ringSlot('recent', kernelOf(config) - 1, config.width),
];

function refuse(config: MixerConfig): Message | null {
  const { width, values } = config;
  const heads = Number(values['heads']);
  if (width % heads !== 0)
    return say`${label(title)}: the number of heads must divide the width of the block, ${width}, got ${heads}`;
  return wholeHeads(title)(config);
}

const steady = { decay: false } as const;
type Gate = 'input' | 'forget' | 'content' | 'shown';

/** Bias of a gate: forgetting reaches from long to short memory within a head, all others start at 0. */
function biasOf(builder: GraphBuilder, gate: Gate, { hidden, layer, layers, values }: MixerConfig): ValueId {
  const heads = Number(values['heads']);
  const width = hidden / heads;
  const head = { rows: width, initialiser: initialiser('slstm-forget', { width, layer, layers }) };
  const start =
    gate === 'forget'
      ? ({ kind: 'stacked', parts: Array.from({ length: heads }, () => head) } as const)
      : initialiser('zeros', {});
  return builder.parameter(`${gate}Bias`, f32(hidden), start, steady);
}

/** Pre-activations of two gates from one input [B, T, D]: [B, T, heads, 2 H/heads]. */
function side(builder: GraphBuilder, x: ValueId, pair: readonly [Gate, Gate], config: MixerConfig): ValueId {
  const { width, hidden, values } = config;
  const heads = Number(values['heads']);
  const [batch = 1, time = 1] = builder.shape(x);
  const size = hidden / heads;
  const start = initialiser('small-init', { width });
  const blocks = pair.map((gate) => builder.parameter(gate, f32(heads, size, width / heads), start));
  const biases = pair.map((gate) => reshape(builder, biasOf(builder, gate, config), [heads, size]));
  const bias = reshape(builder, concat(builder, biases, 1), [2 * hidden]);
  const weight = concat(builder, blocks, 1);
  return reshape(builder, add(builder, blockLinear(builder, x, weight), bias), [batch, time, heads, 2 * size]);
}

/** What the input gives the gates, [B, T, 4H] = heads | i, f, z, o | channels; `recent` null = the sequence begins. */
function inputPart(builder: GraphBuilder, x: ValueId, recent: ValueId | null, config: MixerConfig): ValueId {
  const { width, hidden } = config;
  const kernel = kernelOf(config);
  const [batch = 1, time = 1] = builder.shape(x);
  const start = initialiser('torch-conv', { fan: kernel });
  const taps = builder.parameter('conv', f32(width, kernel), start);
  const shift = builder.parameter('convBias', f32(width), start, steady);
  const seen = silu(builder, causalConv(builder, x, taps, shift, recent));
  const sides = [side(builder, seen, ['input', 'forget'], config), side(builder, x, ['content', 'shown'], config)];
  return reshape(builder, concat(builder, sides, 3), [batch, time, 4 * hidden]);
}

/** [heads, 4 H/heads, H/heads], from zeros: at first no gate reads the past. */
function recurrentOf(builder: GraphBuilder, { hidden, values }: MixerConfig): ValueId {
  const heads = Number(values['heads']);
  const size = hidden / heads;
  return builder.parameter('recurrent', f32(heads, 4 * size, size), initialiser('zeros', {}), steady);
}

/** LayerNorm of each head of y [..., H], times 1 + norm. */
function normed(builder: GraphBuilder, y: ValueId, { hidden, values }: MixerConfig): ValueId {
  const heads = Number(values['heads']);
  const shape = builder.shape(y);
  const size = hidden / heads;
  const parts = reshape(builder, y, [...shape.slice(0, -1), heads, size]);
  const even = layerNorm(builder, parts, constant(builder, [size], 1), constant(builder, [size], 0));
  const scale = builder.parameter('norm', f32(hidden), initialiser('zeros', {}), steady);
  return mul(builder, reshape(builder, even, shape), affine(builder, scale, 1, 1));
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, slstm, x, given, config);
  const [h = null, mean, weight, recent = null] = given ?? [];
  const cells = mean === undefined || weight === undefined ? null : startOf(builder, [mean, weight]);
  const gx = inputPart(builder, x, recent, config);
  const start = h === null || cells === null ? null : [h, ...cells];
  const { y, final } = fusedSlstm(builder, gx, recurrentOf(builder, config), start);
  const [last = y, lastCells] = final;
  const carried = [last, ...lastMean(builder, lastCells === undefined ? [] : [lastCells], config)];
  return {
    y: normed(builder, y, config),
    state: [...carried, lastInputs(builder, x, recent, kernelOf(config) - 1)],
  };
}

/** Row `gate` of [B, heads, 4, H/heads] as [B, H]. */
function gatesOf(builder: GraphBuilder, pre: ValueId, { hidden, values }: MixerConfig): readonly ValueId[] {
  const heads = Number(values['heads']);
  const [batch = 1] = builder.shape(pre);
  const apart = reshape(builder, pre, [batch, heads, 4, hidden / heads]);
  return split(builder, apart, 2, [1, 1, 1, 1]).map((gate) => reshape(builder, gate, [batch, hidden]));
}

function step(
  builder: GraphBuilder,
  x: ValueId,
  [h, mean, weight, recent]: readonly ValueId[],
  config: MixerConfig,
): MixerOutput {
  if (h === undefined || mean === undefined || weight === undefined || recent === undefined)
    throw new Error('sLSTM: step needs the carried states h, mean and weight [B, H] and the recent inputs, got fewer');
  const { hidden, width } = config;
  const [batch = 1] = builder.shape(x);
  const sequence = reshape(builder, x, [batch, 1, width]);
  const gx = reshape(builder, inputPart(builder, sequence, recent, config), [batch, 4 * hidden]);
  const pre = add(builder, gx, linear(builder, h, blockDiagonal(builder, recurrentOf(builder, config))));
  const [key = pre, f = pre, content = pre, shown = pre] = gatesOf(builder, pre, config);
  const old = sub(builder, weight, softplus(builder, neg(builder, f)));
  const next = meanWith(builder, { mean, weight: old }, { key, value: tanh(builder, content) });
  const y = mul(builder, sigmoid(builder, shown), next); // [B, H]
  const carried = [y, next, weightWith(builder, old, key)];
  return {
    y: normed(builder, y, config),
    state: [...carried, lastInputs(builder, sequence, recent, kernelOf(config) - 1)],
  };
}

/** An LSTM with exponential gates and a normaliser. */
export const slstm: ModelDef = {
  kind: 'slstm',
  title,
  summary: 'An LSTM whose input gate is an exponential: its cell is a weighted mean, and it can revise what it stored.',
  family: 'nonlinear',
  year: 2024,
  equations: [
    'i, f from W conv(x) + R y;  z, o from W x + R y',
    "c' = σ(f) ⊙ c + exp(i) ⊙ tanh(z);  n' = σ(f) ⊙ n + exp(i)",
    "y' = σ(o) ⊙ c' ⊘ n'",
  ],
  paper: 'Beck et al. 2024, arXiv 2405.04517, section 2.2; NX-AI/xlstm',
  published: { stack: 'xlstm[0:1]', heads: 4, expansion: 1 },
  fields,
  implementations: classicImplementations,
  refuse,
  state,
  parallel,
  step,
};
