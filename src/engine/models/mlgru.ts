// MLGRU, the recurrence of MatMul-free language models. Zhu et al. 2024, "Scalable MatMul-free language modeling", arXiv 2406.02528, section 3.3;
// ridgerchu/matmulfreellm. BL is a BitLinear (bit-linear.ts): weights of -1, 0 and 1.
//   f_t = lb + (1 - lb) sigmoid(BL_f x_t)      h_t = f_t h_{t-1} + (1 - f_t) silu(BL_i x_t)
//   code:  y_t = BL_o(RMSNorm(BL_g x_t) silu(h_t))      paper:  lb = 0, y_t = BL_o(sigmoid(BL_g x_t) h_t), and biases
// For i, f and g: weight [H, D], norm [D], with biases [H]; for o: weight [D, H], norm [H], bias [D]. The bounds lb are those of HGRN (hgrn.ts).
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { hgrn as gated } from '../ops/cells.ts';
import {
  add,
  concat,
  constant,
  linearScan,
  mul,
  oneMinus,
  rmsNorm,
  type ScanResult,
  type ScanStart,
  silu,
  gatedBy,
} from '../ops/functional.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import { bitLinear } from './bit-linear.ts';
import { boundOf, keptShare } from './hgrn.ts';
import { initialiser } from './initialisers/registry.ts';
import { loopOverTime } from './loop.ts';
import { gatedImplementations } from './minimal.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';

const fields = {
  ternary: {
    kind: 'bool',
    label: 'Ternary weights',
    help: 'Rounds weights to -1, 0 and 1 and inputs to 8 bits; gradients pass straight through to the full numbers behind.',
    default: true,
    paper: 'on',
  },
  form: {
    kind: 'choice',
    label: 'Form',
    symbol: 'form',
    help: 'The released code has bounds under the forget gate and another output gate than the equations.',
    default: 'code',
    choices: [
      { value: 'code', label: 'released code' },
      { value: 'paper', label: 'equations of the paper' },
    ],
    paper: 'two forms: its equations, and its code',
  },
} as const satisfies Fields;

const rounds = (values: FieldValues): boolean => values['ternary'] !== false;
const isPaper = ({ values }: MixerConfig): boolean => values['form'] === 'paper';

const state = ({ hidden }: MixerConfig): readonly StateSlot[] => [{ name: 'h', shape: [hidden], start: 0 }];

/** BitLinear `name` to `outputs` channels. */
function layer(builder: GraphBuilder, name: string, x: ValueId, outputs: number, config: MixerConfig): ValueId {
  const [width = 1] = builder.shape(x).slice(-1);
  const plain = { decay: false };
  return builder.scope(name, () => {
    const weight = builder.parameter('weight', f32(outputs, width), initialiser('normal', { deviation: 0.02 }));
    const norm = builder.parameter('norm', f32(width), initialiser('ones', {}), plain);
    const bias = isPaper(config) ? builder.parameter('bias', f32(outputs), initialiser('zeros', {}), plain) : null;
    return bitLinear(builder, x, { weight, norm, bias }, rounds(config.values));
  });
}

interface Read {
  readonly i: ValueId;
  readonly f: ValueId;
  readonly g: ValueId;
}

const project = (builder: GraphBuilder, x: ValueId, config: MixerConfig): Read => ({
  i: layer(builder, 'i', x, config.hidden, config),
  f: layer(builder, 'f', x, config.hidden, config),
  g: layer(builder, 'g', x, config.hidden, config),
});

const lowest = (builder: GraphBuilder, config: MixerConfig): ValueId =>
  (isPaper(config) ? null : boundOf(builder, config)) ?? constant(builder, [config.hidden], 0);

/** What is kept, and what is added. */
function gates(builder: GraphBuilder, { i, f }: Read, config: MixerConfig): { keep: ValueId; added: ValueId } {
  const keep = keptShare(builder, f, lowest(builder, config));
  return { keep, added: mul(builder, oneMinus(builder, keep), silu(builder, i)) };
}

/** States [..., H] -> y [..., D]. */
function read(builder: GraphBuilder, h: ValueId, { g }: Read, config: MixerConfig): ValueId {
  const gate = (): ValueId => {
    if (isPaper(config)) return gatedBy(builder, 'sigmoid', h, g);
    const weight = builder.parameter('readWeight', f32(config.hidden), initialiser('ones', {}), { decay: false });
    return gatedBy(builder, 'silu', rmsNorm(builder, g, weight), h);
  };
  return layer(builder, 'o', gate(), config.width, config);
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, mlgru, x, given, config);
  const all = project(builder, x, config);
  const { y, final } = overTime(builder, all, given, config); // [B, T, H]
  return { y: read(builder, y, all, config), state: final };
}

function overTime(builder: GraphBuilder, all: Read, start: ScanStart, config: MixerConfig): ScanResult {
  if (config.implementation === 'fused')
    return gated(builder, concat(builder, [all.i, all.f], 2), lowest(builder, config), start);
  const { keep, added } = gates(builder, all, config);
  return linearScan(builder, keep, added, start);
}

function step(builder: GraphBuilder, x: ValueId, [h]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (h === undefined) throw new Error('MLGRU: step needs the carried state h [B, H], got none');
  const all = project(builder, x, config);
  const { keep, added } = gates(builder, all, config);
  const next = add(builder, mul(builder, keep, h), added); // [B, H]
  return { y: read(builder, next, all, config), state: [next] };
}

/** HGRN with weights of three values. */
export const mlgru: ModelDef = {
  kind: 'mlgru',
  title: 'MLGRU',
  summary: 'HGRN whose matrices contain only -1, 0 and 1 at one scale, so that products are sums.',
  family: 'elementwise',
  year: 2024,
  equations: ['f = γ + (1 − γ) ⊙ σ(B_f x)', "h' = f ⊙ h + (1 − f) ⊙ silu(B_i x)", "y = B_o (norm(B_g x) ⊙ silu(h'))"],
  published: { stack: 'hgrn' },
  paper: 'Zhu et al. 2024, arXiv 2406.02528, section 3.3; ridgerchu/matmulfreellm',
  fields,
  implementations: gatedImplementations,
  rounds,
  state,
  outputs: ({ width }) => [{ name: 'y', width }],
  parallel,
  step,
};
