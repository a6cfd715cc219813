// S6, the selective state space of Mamba. Gu & Dao 2023, "Mamba: linear-time sequence modeling with selective state spaces", arXiv 2312.00752;
// state-spaces/mamba selective_scan_interface.py and mamba_simple.py (e9594ce1).
//   r | B | C = W_x u      dt = softplus(W_dt r + b_dt)      A = -exp(A_log)
//   h_t = exp(dt A) h_{t-1} + dt B u_t      y_t = sum over n of C_n h_t,n + D u_t      for each channel, which has N numbers of state
// select [R + 2N, H] = rows r | B | C of W_x; step [H, R] = W_dt, stepBias [H]; logDecay [H, N] = A_log; skip [H] = D. B and C are shared by all channels.
// The Mamba block around it (projection, convolution, SiLU, gate) is the network `mamba`. Where the state has more or fewer channels than the
// input, `input` [H, D] projects first.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { selectiveScan } from '../ops/cells.ts';
import {
  add,
  concat,
  exp,
  linear,
  linearScan,
  mul,
  neg,
  reduceSum,
  reshape,
  type ScanResult,
  type ScanStart,
  softplus,
  split,
} from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { channelsOf, firstSteps, stepFields } from './diagonal.ts';
import { initialiser } from './initialisers/registry.ts';
import { loopOverTime } from './loop.ts';
import { gatedImplementations } from './minimal.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { eachTimes, overRows } from './rows.ts';

const fields = {
  modes: {
    kind: 'int',
    label: 'State a channel',
    symbol: 'N',
    help: 'Numbers of state a channel, each of which fades at a rate of its own times the step.',
    default: 16,
    min: 1,
    max: 128,
    paper: '16',
  },
  rank: {
    kind: 'int',
    label: 'Rank of the step',
    symbol: 'R',
    help: 'The step of all channels follows from so many numbers; 0 = a 32nd of the width of the state, rounded up.',
    default: 0,
    min: 0,
    max: 512,
    paper: 'a 16th of the width of the block, which is half that of the state',
    advanced: true,
  },
  ...stepFields,
} as const satisfies Fields;

interface Sizes {
  readonly N: number;
  readonly R: number;
}

const sizesOf = ({ hidden, values }: MixerConfig): Sizes => ({
  N: Number(values['modes']),
  R: Number(values['rank']) || Math.ceil(hidden / 32),
});

const state = (config: MixerConfig): readonly StateSlot[] => [
  { name: 'h', shape: [config.hidden, sizesOf(config).N], start: 0 },
];

/** What the input selects, [..., H] and [..., 2N]. */
interface Selected {
  readonly dt: ValueId;
  /** B | C. */
  readonly bc: ValueId;
}

function selected(builder: GraphBuilder, u: ValueId, config: MixerConfig): Selected {
  const { hidden, values } = config;
  const { N, R } = sizesOf(config);
  const select = builder.parameter('select', f32(R + 2 * N, hidden), initialiser('torch-linear', { fan: hidden }));
  const [r, bc] = split(builder, linear(builder, u, select), builder.shape(u).length - 1, [R, 2 * N]);
  const step = builder.parameter('step', f32(hidden, R), initialiser('torch-linear', { fan: R }));
  const { low, high } = firstSteps(values);
  const start = initialiser('mamba-step', { low, high, floor: Math.min(1e-4, low) });
  const bias = builder.parameter('stepBias', f32(hidden), start, { decay: false });
  return { dt: softplus(builder, linear(builder, r, step, bias)), bc };
}

/** A [H, N] and D [H]. */
interface System {
  readonly A: ValueId;
  readonly skip: ValueId;
}

function systemOf(builder: GraphBuilder, config: MixerConfig): System {
  const size = sizesOf(config).N;
  const law = initialiser('mamba-decay', { size });
  const log = builder.parameter('logDecay', f32(config.hidden, size), law, { decay: false });
  const skip = builder.parameter('skip', f32(config.hidden), initialiser('ones', {}), { decay: false });
  return { A: neg(builder, exp(builder, log)), skip };
}

/** A row [..., N] for each of H channels: [..., H N]. */
function forChannels(builder: GraphBuilder, x: ValueId, hidden: number): ValueId {
  const shape = builder.shape(x);
  const N = shape.at(-1) ?? 1;
  const rows = shape.slice(0, -1).reduce((all, one) => all * one, 1);
  return reshape(builder, overRows(builder, reshape(builder, x, [rows, 1, N]), hidden), [
    ...shape.slice(0, -1),
    hidden * N,
  ]);
}

interface Steps {
  /** exp(dt A), dt B u and C [..., H N]. */
  readonly decay: ValueId;
  readonly added: ValueId;
  readonly read: ValueId;
}

function stepsOf(builder: GraphBuilder, u: ValueId, { dt, bc }: Selected, { A }: System): Steps {
  const [hidden = 1, N = 1] = builder.shape(A);
  const [B, C] = split(builder, bc, builder.shape(bc).length - 1, [N, N]).map((x) => forChannels(builder, x, hidden));
  if (B === undefined || C === undefined) throw new Error('S6: B and C are required');
  return {
    decay: exp(builder, mul(builder, eachTimes(builder, dt, N), reshape(builder, A, [hidden * N]))),
    added: mul(builder, eachTimes(builder, mul(builder, dt, u), N), B),
    read: C,
  };
}

/** Sum over the numbers of a channel, and what passes beside them. */
function readOut(builder: GraphBuilder, h: ValueId, u: ValueId, read: ValueId, { A, skip }: System): ValueId {
  const [, N = 1] = builder.shape(A);
  const weighted = reshape(builder, mul(builder, h, read), [...builder.shape(u), N]);
  return add(builder, reduceSum(builder, weighted, 'last'), mul(builder, u, skip));
}

/** Ways to compute the scan over all steps at once. */
export const selectiveWays = ['fused', 'scan'] as const;

/** The selective scan: y, and the states after the last step [B, H, N]. */
export function selectiveOverTime(
  builder: GraphBuilder,
  u: ValueId,
  chosen: Selected,
  system: System,
  start: ScanStart,
  way: string,
): ScanResult {
  const [hidden = 1, N = 1] = builder.shape(system.A);
  if (way === 'fused') {
    const numbers = concat(builder, [system.A, reshape(builder, system.skip, [hidden, 1])], 1);
    return selectiveScan(builder, concat(builder, [u, chosen.dt], 2), chosen.bc, numbers, start);
  }
  const [batch = 1] = builder.shape(u);
  const { decay, added, read } = stepsOf(builder, u, chosen, system);
  const flat = start && start.map((one) => reshape(builder, one, [batch, hidden * N]));
  const { y: h, final } = linearScan(builder, decay, added, flat);
  const last = reshape(builder, final[0], [batch, hidden, N]);
  return { y: readOut(builder, h, u, read, system), final: [last] };
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, s6, x, given, config);
  const u = channelsOf(builder, x, config);
  const chosen = selected(builder, u, config);
  const { y, final } = selectiveOverTime(builder, u, chosen, systemOf(builder, config), given, config.implementation);
  return { y, state: final };
}

function step(builder: GraphBuilder, x: ValueId, [h]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (h === undefined) throw new Error('S6: step needs the carried state h [B, H, N], got none');
  const shape = builder.shape(h);
  const u = channelsOf(builder, x, config);
  const system = systemOf(builder, config);
  const { decay, added, read } = stepsOf(builder, u, selected(builder, u, config), system);
  const before = reshape(builder, h, builder.shape(decay));
  const next = add(builder, mul(builder, decay, before), added); // [B, H N]
  return { y: readOut(builder, next, u, read, system), state: [reshape(builder, next, shape)] };
}

/** A state space whose step, input and read-out follow from the input. */
export const s6: ModelDef = {
  kind: 's6',
  title: 'S6 (Mamba)',
  summary:
    'A state space that selects: the input decides at each step how fast a channel forgets, what it takes in and what it reads.',
  family: 'structured',
  year: 2023,
  equations: ["h' = exp(Δ A) ⊙ h + Δ B u", "y = C · h' + D u", 'Δ = softplus(W_Δ r + b), r, B, C = W u'],
  published: { stack: 'mamba', expansion: 2 },
  paper: 'Gu & Dao 2023, arXiv 2312.00752, algorithm 2; state-spaces/mamba',
  fields,
  implementations: gatedImplementations,
  state,
  parallel,
  step,
};
