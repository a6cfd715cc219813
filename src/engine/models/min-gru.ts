// minGRU. Feng et al. 2024, "Were RNNs All We Needed?", arXiv 2410.01201, section 3.1 and appendix A; log-space form after Heinsen 2023.
//   z_t = sigmoid(W_z x_t + b_z)      c_t = W_h x_t + b_h, or g(W_h x_t + b_h) with candidate g
//   h_t = (1 - z_t) h_{t-1} + z_t c_t
// The gates do not read h_{t-1}, so all steps are one linear recurrence h_t = a_t h_{t-1} + b_t.
// weight [2H, D] = rows z | candidate, bias [2H].
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import type { Candidate } from '../ops/kinds.ts';
import {
  add,
  g,
  linearScan,
  logG,
  matmul,
  minGru as fusedMinGru,
  mul,
  neg,
  oneMinus,
  sigmoid,
  softplus,
  split,
  type ScanResult,
  type ScanStart,
} from '../ops/functional.ts';
import { candidateField, inputBiasField, minimalImplementations, positiveOnly } from './minimal.ts';
import { logSpaceScan } from './log-space.ts';
import { loopOverTime } from './loop.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { initialiser } from './initialisers/registry.ts';

const fields = { candidate: candidateField, bias: inputBiasField } as const;

const candidateOf = (config: MixerConfig): Candidate => (config.values['candidate'] === 'identity' ? 'identity' : 'g');

function state(config: MixerConfig): readonly StateSlot[] {
  return [{ name: 'h', shape: [config.hidden], start: 0, positive: candidateOf(config) === 'g' }];
}

/** x [..., D] -> pre-activations z | candidate [..., 2H]. */
function project(builder: GraphBuilder, x: ValueId, config: MixerConfig): ValueId {
  const { width, hidden, values } = config;
  const start = initialiser('torch-linear', { fan: width });
  const weight = builder.parameter('weight', f32(2 * hidden, width), start, { decay: false });
  if (values['bias'] === false) return matmul(builder, x, weight, { transB: true });
  const bias = builder.parameter('bias', f32(2 * hidden), start, { decay: false });
  return matmul(builder, x, weight, { transB: true, bias });
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, minGru, x, given, config);
  const u = project(builder, x, config); // [B, T, 2H]
  const { y, final } = overTime(builder, u, given, config);
  return { y, state: final };
}

function overTime(builder: GraphBuilder, u: ValueId, start: ScanStart, config: MixerConfig): ScanResult {
  const candidate = candidateOf(config);
  if (config.implementation === 'fused') return fusedMinGru(builder, u, start, candidate);
  const [k, c] = split(builder, u, 2, [config.hidden, config.hidden]);
  if (config.implementation === 'log-scan') {
    const logRetain = neg(builder, softplus(builder, k)); // log(1 - z)
    const logZ = neg(builder, softplus(builder, neg(builder, k)));
    return logSpaceScan(builder, logRetain, add(builder, logZ, logG(builder, c)), start);
  }
  const z = sigmoid(builder, k);
  const value = candidate === 'g' ? g(builder, c) : c;
  return linearScan(builder, oneMinus(builder, z), mul(builder, z, value), start);
}

function step(builder: GraphBuilder, x: ValueId, [h]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (h === undefined) throw new Error('minGRU: step needs the carried state h [B, H], got none');
  const u = project(builder, x, config); // [B, 2H]
  const [k, c] = split(builder, u, 1, [config.hidden, config.hidden]);
  const z = sigmoid(builder, k);
  const value = candidateOf(config) === 'g' ? g(builder, c) : c;
  const next = add(builder, mul(builder, oneMinus(builder, z), h), mul(builder, z, value)); // [B, H]
  return { y: next, state: [next] };
}

/** The minimal GRU: one gate, no dependence of gates on the past state. */
export const minGru: ModelDef = {
  kind: 'minGru',
  title: 'minGRU',
  summary: 'A GRU whose gate reads only the input, so that all time steps are computed at once by a scan.',
  family: 'elementwise',
  year: 2024,
  equations: ['z = σ(W_z x)', "h' = (1 − z) ⊙ h + z ⊙ g(W_h x)"],
  paper: 'Feng et al. 2024, arXiv 2410.01201, section 3.1; log-space form: appendix B and Heinsen 2023',
  fields,
  implementations: minimalImplementations,
  refuse: positiveOnly('minGRU'),
  state,
  parallel,
  step,
};
