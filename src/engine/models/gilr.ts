// GILR, the gated impulse linear recurrence. Martin & Cundy 2018, "Parallelizing linear recurrent neural nets over sequence length", arXiv
// 1709.04057, section 3; starts as in the authors' code (eamartin/parallelizing_linear_rnns).
//   g_t = sigmoid(W_g x_t + b_g)      h_t = g_t h_{t-1} + (1 - g_t) act(W_v x_t + b_v)
// weight [2H, D] = rows g | v, bias [2H]. g keeps the old state; with the identity for act this is minGRU with z = 1 - g.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { gilr as cell } from '../ops/cells.ts';
import {
  add,
  elu,
  linear,
  linearScan,
  mul,
  oneMinus,
  type ScanResult,
  type ScanStart,
  sigmoid,
  split,
  tanh,
} from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { initialiser } from './initialisers/registry.ts';
import { loopOverTime } from './loop.ts';
import { gatedImplementations } from './minimal.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';

const fields = {
  activation: {
    kind: 'choice',
    label: 'Activation',
    symbol: 'act',
    help: 'Of the new content. Without any, GILR would be minGRU.',
    default: 'tanh',
    choices: [
      { value: 'tanh', label: 'tanh' },
      { value: 'elu', label: 'ELU' },
    ],
    paper: 'tanh inside its LSTM, ELU where the layer stands alone in its code',
  },
  forgetBias: {
    kind: 'float',
    label: 'Forget bias',
    help: 'Starting bias of the gate: larger remembers longer at first.',
    default: 5,
    min: 0,
    max: 10,
    paper: '5 in its code',
  },
} as const satisfies Fields;

const activationOf = ({ values }: MixerConfig): 'tanh' | 'elu' => (values['activation'] === 'elu' ? 'elu' : 'tanh');

const state = ({ hidden }: MixerConfig): readonly StateSlot[] => [{ name: 'h', shape: [hidden], start: 0 }];

/** x [..., D] -> pre-activations g | v [..., 2H]. */
function project(builder: GraphBuilder, x: ValueId, { width, hidden, values }: MixerConfig): ValueId {
  const weight = builder.parameter('weight', f32(2 * hidden, width), initialiser('gilr', {}));
  const open = Number(values['forgetBias']);
  const start = initialiser('open-gate', { rows: hidden, others: hidden, open });
  return linear(builder, x, weight, builder.parameter('bias', f32(2 * hidden), start, { decay: false }));
}

/** What is kept of the old state, and what is added. */
function gates(builder: GraphBuilder, u: ValueId, config: MixerConfig): { keep: ValueId; added: ValueId } {
  const { hidden } = config;
  const [g, v] = split(builder, u, builder.shape(u).length - 1, [hidden, hidden]);
  const keep = sigmoid(builder, g);
  const content = activationOf(config) === 'elu' ? elu(builder, v) : tanh(builder, v);
  return { keep, added: mul(builder, oneMinus(builder, keep), content) };
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, gilr, x, given, config);
  const { y, final } = overTime(builder, project(builder, x, config), given, config); // [B, T, H]
  return { y, state: final };
}

function overTime(builder: GraphBuilder, u: ValueId, start: ScanStart, config: MixerConfig): ScanResult {
  if (config.implementation === 'fused') return cell(builder, u, start, activationOf(config));
  const { keep, added } = gates(builder, u, config);
  return linearScan(builder, keep, added, start);
}

function step(builder: GraphBuilder, x: ValueId, [h]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (h === undefined) throw new Error('GILR: step needs the carried state h [B, H], got none');
  const { keep, added } = gates(builder, project(builder, x, config), config);
  const next = add(builder, mul(builder, keep, h), added); // [B, H]
  return { y: next, state: [next] };
}

/** The first of the linear recurrences with gates that are computed in parallel. */
export const gilr: ModelDef = {
  kind: 'gilr',
  title: 'GILR',
  summary:
    'One gate mixes the old state with new content, and both read only the input: minGRU of 2018, with an activation.',
  family: 'elementwise',
  year: 2018,
  equations: ['g = σ(W_g x)', "h' = g ⊙ h + (1 − g) ⊙ tanh(W_v x)"],
  paper: 'Martin & Cundy 2018, arXiv 1709.04057, section 3; starts of the published code',
  fields,
  implementations: gatedImplementations,
  state,
  parallel,
  step,
};
