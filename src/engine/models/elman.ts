// Elman RNN. Elman 1990, "Finding structure in time", in the form of torch's nn.RNN with tanh.
//   h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)
// weightIh [H, D], weightHh [H, H].
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { add, elman as fusedElman, matmul, scanOf, tanh } from '../ops/functional.ts';
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
import { elmanCell } from './deer-cells.ts';
import { newton } from './deer.ts';
import { loopOverTime } from './loop.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';

const fields = { bias: cellBiasField, iterations: iterationsField } as const;

function state(config: MixerConfig): readonly StateSlot[] {
  return [{ name: 'h', shape: [config.hidden], start: 0 }];
}

function inputPart(builder: GraphBuilder, x: ValueId, cell: Cell): ValueId {
  const bias = cell.biasIh === null || cell.biasHh === null ? null : add(builder, cell.biasIh, cell.biasHh);
  return matmul(builder, x, cell.weightIh, { transB: true, bias });
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, elman, x, given, config);
  const cell = cellOf(builder, 1, config);
  const gx = inputPart(builder, x, cell);
  const way = newtonOf(config);
  const { y, final } =
    way === null
      ? fusedElman(builder, gx, cell.weightHh, given)
      : scanOf(builder, newton(builder, elmanCell(gx, cell.weightHh), builder.shape(gx), given?.[0] ?? null, way));
  return { y, state: final };
}

function step(builder: GraphBuilder, x: ValueId, [h]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (h === undefined) throw new Error('Elman RNN: step needs the carried state h [B, H], got none');
  const cell = cellOf(builder, 1, config);
  const next = tanh(
    builder,
    add(builder, inputPart(builder, x, cell), matmul(builder, h, cell.weightHh, { transB: true })),
  );
  return { y: next, state: [next] };
}

/** The plain recurrent network. */
export const elman: ModelDef = {
  kind: 'elman',
  title: 'Elman RNN',
  summary: 'One matrix and a tanh: the plain recurrent network, which forgets fast.',
  family: 'nonlinear',
  year: 1990,
  equations: ["h' = tanh(W x + U h)"],
  paper: 'Elman 1990; form of torch.nn.RNN (tanh)',
  fields,
  implementations: [...classicImplementations, ...newtonImplementations],
  refuse: refuseNewton('Elman RNN', 1),
  state,
  parallel,
  step,
};
