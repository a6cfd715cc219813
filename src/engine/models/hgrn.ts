// HGRN, the real form. Qin et al. 2023, "Hierarchically gated recurrent neural network", arXiv 2311.04823; without the rotation, as the authors'
// later models and flash-linear-attention have it.
//   f_t = lb + (1 - lb) sigmoid(W_f x_t)      h_t = f_t h_{t-1} + (1 - f_t) silu(W_i x_t)      y_t = RMSNorm(h_t) silu(W_g x_t)
// lb of layer l: the sum over layers 1 to l of softmax(Gamma) over all layers; 0 in the first: higher layers have to remember longer.
// weight [3H, D] = rows i | f | g, no bias; readWeight [H] of its norm; mixer/lowerBounds = Gamma [layers, H], one tensor for all layers.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { hgrn as gated } from '../ops/cells.ts';
import {
  add,
  constant,
  div,
  exp,
  linear,
  linearScan,
  max,
  mul,
  oneMinus,
  reshape,
  rmsNorm,
  sigmoid,
  silu,
  split,
  sub,
  type ScanResult,
  type ScanStart,
  gatedBy,
} from '../ops/functional.ts';
import { loopOverTime } from './loop.ts';
import { gatedImplementations } from './minimal.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { initialiser } from './initialisers/registry.ts';

/** Of the norm before the output gate. */
const eps = 1e-5;

const state = (config: MixerConfig): readonly StateSlot[] => [{ name: 'h', shape: [config.hidden], start: 0 }];

/** Gamma [layers, H] -> the lower bound of layer `layer` [H], which is 1 or more. */
export function lowerBound(builder: GraphBuilder, gamma: ValueId, layer: number): ValueId {
  const [layers = 1, hidden = 1] = builder.shape(gamma);
  const ones = Array.from({ length: layers }, () => 1);
  const rows = split(builder, gamma, 0, ones).map((row) => reshape(builder, row, [hidden]));
  const most = rows.reduce((a, b) => max(builder, a, b));
  const shares = rows.map((row) => exp(builder, sub(builder, row, most)));
  const sum = (of: readonly ValueId[]): ValueId => of.reduce((a, b) => add(builder, a, b));
  return div(builder, sum(shares.slice(1, layer + 1)), sum(shares));
}

/** The bound of this layer; null in the first, which has none. */
export function boundOf(builder: GraphBuilder, { layer, layers, hidden }: MixerConfig): ValueId | null {
  if (layer === 0) return null;
  const start = initialiser('hgrn-bounds', {});
  const gamma = builder.shared('mixer', () =>
    builder.parameter('lowerBounds', f32(layers, hidden), start, { decay: false }),
  );
  return lowerBound(builder, gamma, layer);
}

/** How much of the state is kept: sigmoid(f) [..., H], lifted above a bound [H]; null = none. */
export function keptShare(builder: GraphBuilder, f: ValueId, bound: ValueId | null): ValueId {
  const open = sigmoid(builder, f);
  return bound === null ? open : add(builder, mul(builder, open, oneMinus(builder, bound)), bound);
}

interface Gates {
  /** i | f [..., 2H]. */
  readonly u: ValueId;
  readonly g: ValueId;
}

function project(builder: GraphBuilder, x: ValueId, { width, hidden }: MixerConfig): Gates {
  const weight = builder.parameter('weight', f32(3 * hidden, width), initialiser('torch-linear', { fan: width }));
  const axis = builder.shape(x).length - 1;
  const [u, g] = split(builder, linear(builder, x, weight), axis, [2 * hidden, hidden]);
  return { u, g };
}

/** f = lb + (1 - lb) sigmoid, and what is added: (1 - f) silu(i). */
function gates(builder: GraphBuilder, u: ValueId, config: MixerConfig): { keep: ValueId; added: ValueId } {
  const { hidden } = config;
  const [i, f] = split(builder, u, builder.shape(u).length - 1, [hidden, hidden]);
  const keep = keptShare(builder, f, boundOf(builder, config));
  return { keep, added: mul(builder, oneMinus(builder, keep), silu(builder, i)) };
}

function read(builder: GraphBuilder, h: ValueId, g: ValueId, { hidden }: MixerConfig): ValueId {
  const weight = builder.parameter('readWeight', f32(hidden), initialiser('ones', {}), { decay: false });
  return gatedBy(builder, 'silu', rmsNorm(builder, h, weight, eps), g);
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, hgrn, x, given, config);
  const { u, g } = project(builder, x, config);
  const { y: h, final } = overTime(builder, u, given, config);
  return { y: read(builder, h, g, config), state: final };
}

function overTime(builder: GraphBuilder, u: ValueId, start: ScanStart, config: MixerConfig): ScanResult {
  if (config.implementation === 'fused') {
    const bound = boundOf(builder, config) ?? constant(builder, [config.hidden], 0);
    return gated(builder, u, bound, start);
  }
  const { keep, added } = gates(builder, u, config);
  return linearScan(builder, keep, added, start);
}

function step(builder: GraphBuilder, x: ValueId, [h]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (h === undefined) throw new Error('HGRN: step needs the carried state h [B, H], got none');
  const { u, g } = project(builder, x, config);
  const { keep, added } = gates(builder, u, config);
  const next = add(builder, mul(builder, keep, h), added); // [B, H]
  return { y: read(builder, next, g, config), state: [next] };
}

/** Forget gates above a bound that grows from layer to layer. */
export const hgrn: ModelDef = {
  kind: 'hgrn',
  title: 'HGRN',
  summary:
    'Forget gates stay above a learned bound that grows from layer to layer: lower layers look near, higher ones far.',
  family: 'elementwise',
  year: 2023,
  equations: ['f = γ + (1 − γ) ⊙ σ(W_f x)', "h' = f ⊙ h + (1 − f) ⊙ silu(W_c x)"],
  paper: 'Qin et al. 2023, arXiv 2311.04823, real form; layer of flash-linear-attention',
  published: { stack: 'hgrn' },
  fields: {},
  implementations: gatedImplementations,
  downBias: false,
  state,
  parallel,
  step,
};
