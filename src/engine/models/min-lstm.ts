// minLSTM. Feng et al. 2024, "Were RNNs All We Needed?", arXiv 2410.01201, section 3.2 and appendix A; log-space form after Heinsen 2023.
//   f_t = sigmoid(W_f x_t + b_f)   i_t = sigmoid(W_i x_t + b_i)   c_t = W_h x_t + b_h, or g(W_h x_t + b_h) with candidate g
//   normalised (length-independent scale): f'_t = f_t / (f_t + i_t), i'_t = i_t / (f_t + i_t); otherwise f' = f, i' = i
//   h_t = f'_t h_{t-1} + i'_t c_t
// weight [3H, D] = rows f | i | candidate, bias [3H]; the forget part of the bias starts `forgetBias` higher.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { Initialiser, ValueId } from '../graph/graph.ts';
import type { Candidate } from '../ops/kinds.ts';
import {
  add,
  div,
  g,
  linearScan,
  logG,
  matmul,
  minLstm as fusedMinLstm,
  mul,
  neg,
  sigmoid,
  softplus,
  split,
  sub,
  type ScanResult,
  type ScanStart,
} from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { logSpaceScan } from './log-space.ts';
import { loopOverTime } from './loop.ts';
import { candidateField, inputBiasField, minimalImplementations, positiveOnly } from './minimal.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { initialiser } from './initialisers/registry.ts';

const fields = {
  candidate: candidateField,
  normalised: {
    kind: 'bool',
    label: 'Normalised gates',
    help: 'Divides both gates by their sum, so that the scale of the state does not depend on the length.',
    default: true,
    paper: 'on in the listings of appendix A; an option, off by default, in the code',
  },
  forgetBias: {
    kind: 'float',
    label: 'Forget bias',
    help: 'Added to the starting bias of the forget gate: larger remembers longer at first.',
    default: 0,
    min: 0,
    max: 10,
    when: { field: 'bias', is: [true] },
    paper: '3 for selective copying; larger is faster and more stable (figure 5)',
  },
  bias: inputBiasField,
} as const satisfies Fields;

const candidateOf = (config: MixerConfig): Candidate => (config.values['candidate'] === 'identity' ? 'identity' : 'g');
const normalisedOf = (config: MixerConfig): boolean => config.values['normalised'] !== false;

function state(config: MixerConfig): readonly StateSlot[] {
  return [{ name: 'h', shape: [config.hidden], start: 0, positive: candidateOf(config) === 'g' }];
}

function startOfBias({ hidden, width, values }: MixerConfig): Initialiser {
  const open = Number(values['forgetBias'] ?? 0);
  return initialiser('forget-bias', { fan: width, rows: hidden, others: 2 * hidden, open });
}

/** x [..., D] -> pre-activations f | i | candidate [..., 3H]. */
function project(builder: GraphBuilder, x: ValueId, config: MixerConfig): ValueId {
  const { width, hidden, values } = config;
  const weight = builder.parameter('weight', f32(3 * hidden, width), initialiser('torch-linear', { fan: width }), {
    decay: false,
  });
  if (values['bias'] === false) return matmul(builder, x, weight, { transB: true });
  const bias = builder.parameter('bias', f32(3 * hidden), startOfBias(config), { decay: false });
  return matmul(builder, x, weight, { transB: true, bias });
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, minLstm, x, given, config);
  const u = project(builder, x, config); // [B, T, 3H]
  const { y, final } = overTime(builder, u, given, config);
  return { y, state: final };
}

function overTime(builder: GraphBuilder, u: ValueId, start: ScanStart, config: MixerConfig): ScanResult {
  const { implementation } = config;
  if (implementation === 'fused') return fusedMinLstm(builder, u, start, candidateOf(config), normalisedOf(config));
  if (implementation === 'log-scan') return inLogSpace(builder, u, start, config);
  const { forget, input, value } = gates(builder, u, 2, config);
  return linearScan(builder, forget, mul(builder, input, value), start);
}

/** Gates after normalisation and the candidate, along the last axis of u. */
function gates(
  builder: GraphBuilder,
  u: ValueId,
  axis: number,
  config: MixerConfig,
): { forget: ValueId; input: ValueId; value: ValueId } {
  const { hidden } = config;
  const [kf, ki, c] = split(builder, u, axis, [hidden, hidden, hidden]);
  const f = sigmoid(builder, kf);
  const i = sigmoid(builder, ki);
  const value = candidateOf(config) === 'g' ? g(builder, c) : c;
  if (!normalisedOf(config)) return { forget: f, input: i, value };
  const total = add(builder, f, i);
  return { forget: div(builder, f, total), input: div(builder, i, total), value };
}

/** Normalised: with d = softplus(-k_f) - softplus(-k_i), log f' = -softplus(d) and log i' = -softplus(-d). */
function inLogSpace(builder: GraphBuilder, u: ValueId, start: ScanStart, config: MixerConfig): ScanResult {
  const { hidden } = config;
  const [kf, ki, c] = split(builder, u, 2, [hidden, hidden, hidden]);
  const minusLogF = softplus(builder, neg(builder, kf));
  const minusLogI = softplus(builder, neg(builder, ki));
  if (!normalisedOf(config)) {
    return logSpaceScan(builder, neg(builder, minusLogF), sub(builder, logG(builder, c), minusLogI), start);
  }
  const d = sub(builder, minusLogF, minusLogI);
  const logForget = neg(builder, softplus(builder, d));
  const minusLogInput = softplus(builder, neg(builder, d));
  return logSpaceScan(builder, logForget, sub(builder, logG(builder, c), minusLogInput), start);
}

function step(builder: GraphBuilder, x: ValueId, [h]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (h === undefined) throw new Error('minLSTM: step needs the carried state h [B, H], got none');
  const { forget, input, value } = gates(builder, project(builder, x, config), 1, config);
  const next = add(builder, mul(builder, forget, h), mul(builder, input, value)); // [B, H]
  return { y: next, state: [next] };
}

/** The minimal LSTM: a forget and an input gate, no cell state, no dependence of gates on the past state. */
export const minLstm: ModelDef = {
  kind: 'minLstm',
  title: 'minLSTM',
  summary:
    'An LSTM without cell state whose gates read only the input, so that all time steps are computed at once by a scan.',
  family: 'elementwise',
  year: 2024,
  equations: ['f, i = σ(W_f x), σ(W_i x)', "h' = f/(f+i) ⊙ h + i/(f+i) ⊙ g(W_h x)"],
  paper: 'Feng et al. 2024, arXiv 2410.01201, section 3.2; log-space form: appendix B and Heinsen 2023',
  fields,
  implementations: minimalImplementations,
  refuse: positiveOnly('minLSTM'),
  state,
  parallel,
  step,
};
