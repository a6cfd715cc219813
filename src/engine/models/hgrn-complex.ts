// HGRN as published, with a complex state. Qin et al. 2023, "Hierarchically gated recurrent neural network", arXiv 2311.04823, section 3;
// Doraemonzzz/hgru-pytorch.
//   f_t = lb + (1 - lb) sigmoid(W_f x_t)      z_t = silu(W_r x_t) + i silu(W_m x_t)      h_t = f_t e^{i theta} h_{t-1} + (1 - f_t) z_t
//   y_t = LayerNorm([Re h_t | Im h_t]) silu(W_g x_t)
// weight [5H, D] = rows of z real | z imaginary | f | gate (2H), bias [5H]; theta [H]; readWeight, readBias [2H] of the norm; the bounds lb are those
// of the real form (hgrn.ts).
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { hgrnComplex as cell } from '../ops/cells.ts';
import {
  add,
  complexScan,
  concat,
  constant,
  layerNorm,
  linear,
  mul,
  oneMinus,
  type ScanResult,
  type ScanStart,
  silu,
  split,
  unary,
  gatedBy,
} from '../ops/functional.ts';
import { asStart, asState, complexSlot, turned } from './complex-state.ts';
import { boundOf, keptShare } from './hgrn.ts';
import { initialiser } from './initialisers/registry.ts';
import { loopOverTime } from './loop.ts';
import { gatedImplementations } from './minimal.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';

const state = ({ hidden }: MixerConfig): readonly StateSlot[] => [complexSlot(hidden)];

interface Gates {
  /** z real | z imaginary | f [..., 3H]. */
  readonly u: ValueId;
  /** [..., 2H]. */
  readonly g: ValueId;
}

function project(builder: GraphBuilder, x: ValueId, { width, hidden }: MixerConfig): Gates {
  const start = initialiser('torch-linear', { fan: width });
  const weight = builder.parameter('weight', f32(5 * hidden, width), start);
  const bias = builder.parameter('bias', f32(5 * hidden), start, { decay: false });
  const axis = builder.shape(x).length - 1;
  const [u, g] = split(builder, linear(builder, x, weight, bias), axis, [3 * hidden, 2 * hidden]);
  return { u, g };
}

interface Turn {
  readonly bound: ValueId;
  readonly cos: ValueId;
  readonly sin: ValueId;
}

/** Bound and rotation, [H] each. */
function turnOf(builder: GraphBuilder, config: MixerConfig): Turn {
  const { hidden } = config;
  const start = initialiser('hgrn-phase', { width: hidden });
  const theta = builder.parameter('theta', f32(hidden), start, { decay: false });
  const bound = boundOf(builder, config) ?? constant(builder, [hidden], 0);
  return { bound, cos: unary(builder, 'cos', theta), sin: unary(builder, 'sin', theta) };
}

/** How much is kept [..., H], and what is added, real | imaginary [..., H] each. */
function gates(builder: GraphBuilder, u: ValueId, { bound }: Turn, { hidden }: MixerConfig) {
  const [re, im, f] = split(builder, u, builder.shape(u).length - 1, [hidden, hidden, hidden]);
  const keep = keptShare(builder, f, bound);
  const take = oneMinus(builder, keep);
  const added = (one: ValueId): ValueId => mul(builder, take, silu(builder, one));
  return { keep, re: added(re), im: added(im) };
}

function read(builder: GraphBuilder, h: ValueId, g: ValueId, { hidden }: MixerConfig): ValueId {
  const weight = builder.parameter('readWeight', f32(2 * hidden), initialiser('ones', {}), { decay: false });
  const bias = builder.parameter('readBias', f32(2 * hidden), initialiser('zeros', {}), { decay: false });
  return gatedBy(builder, 'silu', layerNorm(builder, h, weight, bias), g);
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, hgrnComplex, x, given, config);
  const { u, g } = project(builder, x, config);
  const { y: h, final } = overTime(builder, u, asStart(builder, given), config); // [B, T, 2H]
  return { y: read(builder, h, g, config), state: final.map((one) => asState(builder, one)) };
}

function overTime(builder: GraphBuilder, u: ValueId, start: ScanStart, config: MixerConfig): ScanResult {
  const turn = turnOf(builder, config);
  if (config.implementation === 'fused') return cell(builder, u, turn, start);
  const { keep, re, im } = gates(builder, u, turn, config);
  const all = concat(builder, [mul(builder, keep, turn.cos), mul(builder, keep, turn.sin), re, im], 2);
  return complexScan(builder, all, start);
}

function step(builder: GraphBuilder, x: ValueId, [h]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (h === undefined) throw new Error('HGRN (complex): step needs the carried state h [B, 2, H], got none');
  const { u, g } = project(builder, x, config);
  const turn = turnOf(builder, config);
  const { keep, re, im } = gates(builder, u, turn, config);
  const old = turned(builder, h, { re: turn.cos, im: turn.sin });
  const kept = (one: ValueId, added: ValueId): ValueId => add(builder, mul(builder, keep, one), added);
  const next = concat(builder, [kept(old.re, re), kept(old.im, im)], 1); // [B, 2H]
  return { y: read(builder, next, g, config), state: [asState(builder, next)] };
}

/** HGRN whose state turns by a fixed angle a channel. */
export const hgrnComplex: ModelDef = {
  kind: 'hgrnComplex',
  title: 'HGRN (complex)',
  summary: 'HGRN as published: its state is complex, and turns at every step by a learned angle a channel.',
  family: 'elementwise',
  year: 2023,
  equations: ['f = γ + (1 − γ) ⊙ σ(W_f x)', "h' = f ⊙ exp(iθ) ⊙ h + (1 − f) ⊙ silu(W_c x)"],
  published: { stack: 'hgrn' },
  paper: 'Qin et al. 2023, arXiv 2311.04823, section 3; Doraemonzzz/hgru-pytorch',
  fields: {},
  implementations: gatedImplementations,
  state,
  outputs: ({ hidden }) => [{ name: 'y', width: 2 * hidden }],
  parallel,
  step,
};
