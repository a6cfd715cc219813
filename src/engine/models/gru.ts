// GRU. Cho et al. 2014, arXiv 1406.1078, in the form of torch's nn.GRU (reset gate after the product with the state).
//   r = sigmoid(W_ir x + b_ir + W_hr h + b_hr)    z = sigmoid(W_iz x + b_iz + W_hz h + b_hz)
//   n = tanh(W_in x + b_in + r (W_hn h + b_hn))   h = (1 - z) n + z h
// weightIh [3H, D], weightHh [3H, H] = rows r | z | n. z keeps the old state here, the opposite of minGRU.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import {
  add,
  constant,
  gru as fusedGru,
  matmul,
  mul,
  oneMinus,
  scanOf,
  sigmoid,
  split,
  tanh,
} from '../ops/functional.ts';
import {
  cellBiasField,
  cellOf,
  classicImplementations,
  iterationsField,
  newtonImplementations,
  newtonOf,
  refuseNewton,
} from './classic.ts';
import { gruCell } from './deer-cells.ts';
import { newton } from './deer.ts';
import { loopOverTime } from './loop.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';

const fields = { bias: cellBiasField, iterations: iterationsField } as const;

function state(config: MixerConfig): readonly StateSlot[] {
  return [{ name: 'h', shape: [config.hidden], start: 0 }];
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, gru, x, given, config);
  const cell = cellOf(builder, 3, config);
  const gx = matmul(builder, x, cell.weightIh, { transB: true, bias: cell.biasIh }); // [B, T, 3H]
  const way = newtonOf(config);
  if (way !== null) {
    const [batch = 1, time = 1] = builder.shape(gx);
    const recurrence = gruCell(gx, cell.weightHh, cell.biasHh);
    const y = newton(builder, recurrence, [batch, time, config.hidden], given?.[0] ?? null, way);
    return { y, state: scanOf(builder, y).final };
  }
  const bias = cell.biasHh ?? constant(builder, [3 * config.hidden], 0);
  const { y, final } = fusedGru(builder, gx, cell.weightHh, bias, given);
  return { y, state: final };
}

function step(builder: GraphBuilder, x: ValueId, [h]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (h === undefined) throw new Error('GRU: step needs the carried state h [B, H], got none');
  const cell = cellOf(builder, 3, config);
  const parts = [config.hidden, config.hidden, config.hidden] as const;
  const gx = matmul(builder, x, cell.weightIh, { transB: true, bias: cell.biasIh }); // [B, 3H]
  const gh = matmul(builder, h, cell.weightHh, { transB: true, bias: cell.biasHh }); // [B, 3H]
  const [xr, xz, xn] = split(builder, gx, 1, parts);
  const [hr, hz, hn] = split(builder, gh, 1, parts);
  const r = sigmoid(builder, add(builder, xr, hr));
  const z = sigmoid(builder, add(builder, xz, hz));
  const n = tanh(builder, add(builder, xn, mul(builder, r, hn)));
  const next = add(builder, mul(builder, oneMinus(builder, z), n), mul(builder, z, h)); // [B, H]
  return { y: next, state: [next] };
}

/** The gated recurrent unit. */
export const gru: ModelDef = {
  kind: 'gru',
  title: 'GRU',
  summary: 'Two gates that read the input and the past state: powerful a step, and sequential by nature.',
  family: 'nonlinear',
  year: 2014,
  equations: ['r, z = σ(W x + U h)', 'n = tanh(W_n x + r ⊙ U_n h)', "h' = (1 − z) ⊙ n + z ⊙ h"],
  paper: 'Cho et al. 2014, arXiv 1406.1078; form of torch.nn.GRU',
  fields,
  implementations: [...classicImplementations, ...newtonImplementations],
  refuse: refuseNewton('GRU', 1),
  state,
  parallel,
  step,
};
