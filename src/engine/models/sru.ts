// SRU. Lei et al. 2018, "Simple recurrent units for highly parallelizable recurrence", arXiv 1709.02755, equations 3 to 6; starts and the input
// scale as in the authors' code (asappresearch/sru).
//   v | f | r = W x_t      f_t = sigmoid(f + v_f c_{t-1} + b_f)      r_t = sigmoid(r + v_r c_{t-1} + b_r)
//   c_t = f_t c_{t-1} + (1 - f_t) v_t      h_t = r_t c_t + (1 - r_t) x'_t
// x' is the scaled input, or a fourth block of rows of W where the state has another width. weight [3H or 4H, D] = rows v | f | r (| x'), bias and
// peephole [2H] = f | r. Without peepholes (its first version) gates read only the input.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { sru as cell } from '../ops/cells.ts';
import { add, affine, concat, constant, linear, mul, sigmoid, split, sub } from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { initialiser } from './initialisers/registry.ts';
import { loopOverTime } from './loop.ts';
import { fusedAndLoop } from './minimal.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';

const fields = {
  peephole: {
    kind: 'bool',
    label: 'Peepholes',
    help: 'Gates read the cell of the step before as well, each channel its own: no longer linear in it.',
    default: true,
    paper: 'on in its second version, off in its first',
  },
  scale: {
    kind: 'float',
    label: 'Input scale',
    help: 'Of the input that passes beside the cell, where both have the same width.',
    default: 1,
    min: 0.25,
    max: 4,
    advanced: true,
    paper: '1; the root of 3 where the option rescale of its code is on',
  },
} as const satisfies Fields;

const state = ({ hidden }: MixerConfig): readonly StateSlot[] => [{ name: 'c', shape: [hidden], start: 0 }];

/** x [..., D] -> v | f | r | x' [..., 4H]. */
function project(builder: GraphBuilder, x: ValueId, { width, hidden, values }: MixerConfig): ValueId {
  const skips = hidden === width;
  const rows = skips ? 3 : 4;
  const start = initialiser('sru-weight', { fan: width, rows: hidden, skip: rows - 3 });
  const weight = builder.parameter('weight', f32(rows * hidden, width), start);
  const gates = builder.parameter('bias', f32(2 * hidden), initialiser('zeros', {}), { decay: false });
  const nothing = constant(builder, [hidden], 0);
  const bias = concat(builder, skips ? [nothing, gates] : [nothing, gates, nothing], 0);
  const u = linear(builder, x, weight, bias);
  if (!skips) return u;
  return concat(builder, [u, affine(builder, x, Number(values['scale']))], builder.shape(x).length - 1);
}

/** Weights of the cell in f and in r, [H] each; zeros where there are none. */
function peepholes(builder: GraphBuilder, { hidden, values }: MixerConfig): readonly [f: ValueId, r: ValueId] {
  if (values['peephole'] === false) {
    const none = constant(builder, [hidden], 0);
    return [none, none];
  }
  const start = initialiser('sru-peephole', {});
  const both = builder.parameter('peephole', f32(2 * hidden), start, { decay: false });
  return split(builder, both, 0, [hidden, hidden]);
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, sru, x, given, config);
  const { y, final } = cell(builder, project(builder, x, config), peepholes(builder, config), given);
  return { y, state: final };
}

function step(builder: GraphBuilder, x: ValueId, [c]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (c === undefined) throw new Error('SRU: step needs the carried state c [B, H], got none');
  const { hidden } = config;
  const [v, f, r, skip] = split(builder, project(builder, x, config), 1, [hidden, hidden, hidden, hidden]);
  const [pf, pr] = peepholes(builder, config);
  const gate = (open: ValueId, hole: ValueId): ValueId => sigmoid(builder, add(builder, open, mul(builder, c, hole)));
  /** `a` where the gate is open, `b` where it is closed. */
  const mixed = (open: ValueId, a: ValueId, b: ValueId): ValueId =>
    add(builder, mul(builder, open, sub(builder, a, b)), b);
  const next = mixed(gate(f, pf), c, v); // [B, H]
  return { y: mixed(gate(r, pr), next, skip), state: [next] };
}

/** A light recurrence with a highway past it. */
export const sru: ModelDef = {
  kind: 'sru',
  title: 'SRU',
  summary:
    'A forget gate that may look at its cell, channel by channel, and a second gate that lets the input pass beside it.',
  family: 'elementwise',
  year: 2018,
  equations: ['f, r = σ(W x + v ⊙ c)', "c' = f ⊙ c + (1 − f) ⊙ W_v x", "h' = r ⊙ c' + (1 − r) ⊙ x"],
  paper: 'Lei et al. 2018, arXiv 1709.02755, equations 3 to 6; starts of the published code',
  fields,
  implementations: fusedAndLoop,
  state,
  parallel,
  step,
};
