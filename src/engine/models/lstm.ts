// LSTM. Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000; in the form of torch's nn.LSTM.
//   i, f, o = sigmoid(W_i* x + b_i* + W_h* h + b_h*)   g = tanh(W_ig x + b_ig + W_hg h + b_hg)
//   c = f c + i g   h = o tanh(c)
// weightIh [4H, D], weightHh [4H, H] = rows i | f | g | o.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { add, concat, lstm as fusedLstm, matmul, mul, scanOf, sigmoid, split, tanh } from '../ops/functional.ts';
import {
  cellBiasField,
  cellOf,
  classicImplementations,
  iterationsField,
  newtonImplementations,
  newtonOf,
  refuseNewton,
  type Cell,
} from './classic.ts';
import { lstmCell } from './deer-cells.ts';
import { newton } from './deer.ts';
import { loopOverTime } from './loop.ts';
import type { Implementation, MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';

const fields = { bias: cellBiasField, iterations: iterationsField } as const;

function state(config: MixerConfig): readonly StateSlot[] {
  return [
    { name: 'h', shape: [config.hidden], start: 0 },
    { name: 'c', shape: [config.hidden], start: 0 },
  ];
}

/** The same graph as `fused`; a device that offers whole layers finds them in it. */
const vendor: Implementation = {
  id: 'vendor',
  title: 'vendor',
  help: "TensorFlow's own kernel of the whole layer (BlockLSTMV2). Needs device tensorflow with tfjs-node.",
  needs: 'layers',
};

const biasOf = (builder: GraphBuilder, { biasIh, biasHh }: Cell): ValueId | null =>
  biasIh === null || biasHh === null ? null : add(builder, biasIh, biasHh);

/** W_ih x + b_ih + b_hh: everything that does not depend on the state. */
const inputPart = (builder: GraphBuilder, x: ValueId, cell: Cell): ValueId =>
  matmul(builder, x, cell.weightIh, { transB: true, bias: biasOf(builder, cell) });

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, lstm, x, given, config);
  const cell = cellOf(builder, 4, config);
  const gx = inputPart(builder, x, cell);
  const way = newtonOf(config);
  if (way !== null) {
    const [batch = 1, time = 1] = builder.shape(gx);
    const { hidden } = config;
    const start = given && concat(builder, given, 1);
    const states = newton(builder, lstmCell(gx, cell.weightHh), [batch, time, 2 * hidden], start, way);
    const [y = states, c = states] = split(builder, states, 2, [hidden, hidden]);
    return { y, state: scanOf(builder, y, y, c).final };
  }
  const { y, final } = fusedLstm(builder, gx, cell.weightHh, given);
  return { y, state: final };
}

function step(builder: GraphBuilder, x: ValueId, [h, c]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (h === undefined || c === undefined)
    throw new Error('LSTM: step needs the carried states h and c [B, H], got fewer');
  const cell = cellOf(builder, 4, config);
  const { hidden } = config;
  const gh = matmul(builder, h, cell.weightHh, { transB: true }); // [B, 4H]
  const sum = add(builder, inputPart(builder, x, cell), gh);
  const [i, f, g, o] = split(builder, sum, 1, [hidden, hidden, hidden, hidden]);
  const kept = mul(builder, sigmoid(builder, f), c);
  const written = mul(builder, sigmoid(builder, i), tanh(builder, g));
  const next = add(builder, kept, written); // c [B, H]
  const y = mul(builder, sigmoid(builder, o), tanh(builder, next)); // h [B, H]
  return { y, state: [y, next] };
}

/** Long short-term memory. */
export const lstm: ModelDef = {
  kind: 'lstm',
  title: 'LSTM',
  summary: 'Three gates and a separate cell state: the classic for long memory, sequential by nature.',
  family: 'nonlinear',
  year: 1997,
  equations: ['i, f, o = σ(W x + U h)', "c' = f ⊙ c + i ⊙ tanh(W_g x + U_g h)", "h' = o ⊙ tanh(c')"],
  paper: 'Hochreiter & Schmidhuber 1997; Gers et al. 2000; form of torch.nn.LSTM',
  fields,
  implementations: [...classicImplementations, ...newtonImplementations, vendor],
  refuse: refuseNewton('LSTM', 2),
  state,
  parallel,
  step,
};
