// QRNN with fo-pooling. Bradbury et al. 2016, "Quasi-recurrent neural networks", arXiv 1611.01576, equations 1, 3 and 4, in the polarity of the
// authors' code (salesforce/pytorch-qrnn): f is the weight of the new value.
//   z | f | o = W [x_t | x_{t-1}] + b      c_t = sigmoid(f) tanh(z) + (1 - sigmoid(f)) c_{t-1}      h_t = sigmoid(o) c_t
// weight [3H, window D] = rows z | f | o, columns x_t | x_{t-1}; bias [3H].
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { qrnn as pooled } from '../ops/cells.ts';
import {
  add,
  concat,
  linear,
  linearScan,
  mul,
  oneMinus,
  reshape,
  sigmoid,
  split,
  tanh,
  type ScanResult,
  type ScanStart,
} from '../ops/functional.ts';
import type { ChoiceField } from '../spec/fields.ts';
import { loopOverTime } from './loop.ts';
import { gatedImplementations, inputBiasField } from './minimal.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { lastInputs, linearOfTwo, ringSlot } from './ring.ts';
import { initialiser } from './initialisers/registry.ts';

const window: ChoiceField = {
  kind: 'choice',
  label: 'Window',
  symbol: 'window',
  help: 'Inputs that the gates and the candidate read: the current one alone, or the one before as well.',
  default: 'two',
  choices: [
    { value: 'one', label: 'current input' },
    { value: 'two', label: 'current and previous input' },
  ],
  paper: '2 in most of its experiments',
};

const fields = { window, bias: inputBiasField } as const;

const looksBack = ({ values }: MixerConfig): boolean => values['window'] === 'two';

function state(config: MixerConfig): readonly StateSlot[] {
  const cell = { name: 'c', shape: [config.hidden], start: 0 };
  return looksBack(config) ? [cell, ringSlot('x', 1, config.width)] : [cell];
}

interface Weights {
  /** [3H, window D] */
  readonly weight: ValueId;
  readonly bias: ValueId | null;
}

function weights(builder: GraphBuilder, config: MixerConfig): Weights {
  const { width, hidden, values } = config;
  const fan = looksBack(config) ? 2 * width : width;
  const start = initialiser('torch-linear', { fan });
  const weight = builder.parameter('weight', f32(3 * hidden, fan), start);
  if (values['bias'] === false) return { weight, bias: null };
  return { weight, bias: builder.parameter('bias', f32(3 * hidden), start, { decay: false }) };
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, qrnn, x, given, config);
  const before = given?.[1] ?? null;
  const back = looksBack(config);
  const { weight, bias } = weights(builder, config);
  const u = back ? linearOfTwo(builder, x, before, weight, bias) : linear(builder, x, weight, bias); // z | f | o [B, T, 3H]
  const { y, final } = pool(builder, u, given && given.slice(0, 1), config);
  return { y, state: back ? [...final, lastInputs(builder, x, before, 1)] : final };
}

/** u [B, T, 3H] -> h [B, T, H]; the state is c. */
function pool(
  builder: GraphBuilder,
  u: ValueId,
  start: ScanStart,
  { implementation, hidden }: MixerConfig,
): ScanResult {
  if (implementation === 'fused') return pooled(builder, u, start);
  const [z, f, o] = split(builder, u, 2, [hidden, hidden, hidden]);
  const take = sigmoid(builder, f);
  const { y: c, final } = linearScan(builder, oneMinus(builder, take), mul(builder, take, tanh(builder, z)), start);
  return { y: mul(builder, sigmoid(builder, o), c), final };
}

function step(builder: GraphBuilder, x: ValueId, [c, before]: readonly ValueId[], config: MixerConfig): MixerOutput {
  const back = looksBack(config);
  if (c === undefined || (back && before === undefined))
    throw new Error('QRNN: step needs the carried state c [B, H] and, with two inputs, x [B, 1, D]');
  const { hidden, width } = config;
  const [batch = 1] = builder.shape(x);
  const read = before === undefined ? x : concat(builder, [x, reshape(builder, before, [batch, width])], 1);
  const { weight, bias } = weights(builder, config);
  const [z, f, o] = split(builder, linear(builder, read, weight, bias), 1, [hidden, hidden, hidden]);
  const take = sigmoid(builder, f);
  const kept = mul(builder, oneMinus(builder, take), c);
  const next = add(builder, kept, mul(builder, take, tanh(builder, z))); // [B, H]
  const y = mul(builder, sigmoid(builder, o), next);
  return { y, state: back ? [next, reshape(builder, x, [batch, 1, width])] : [next] };
}

/** Gates from the inputs alone, computed by a convolution over the last two, and an output gate. */
export const qrnn: ModelDef = {
  kind: 'qrnn',
  title: 'QRNN',
  summary: 'Gates read the current and the previous input, never the state; an output gate reads the cell.',
  family: 'elementwise',
  year: 2016,
  equations: ['z, f, o = tanh, σ, σ of W [x, x before]', "c' = (1 − f) ⊙ c + f ⊙ z", "h' = o ⊙ c'"],
  paper: 'Bradbury et al. 2016, arXiv 1611.01576, fo-pooling; gate polarity of the published code',
  fields,
  implementations: gatedImplementations,
  state,
  parallel,
  step,
};
