// Elman RNN. Elman 1990, "Finding structure in time", in the form of torch's nn.RNN with tanh.
//   h_t = f(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh), f = tanh; relu, sigmoid or none step by step
// weightIh [H, D], weightHh [H, H].
import { asIs, type Message, say } from '../core/say.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { add, elman as fusedElman, matmul, scanOf } from '../ops/functional.ts';
import type { ChoiceField } from '../spec/fields.ts';
import { activate } from './activate.ts';
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

const activationField: ChoiceField = {
  kind: 'choice',
  label: 'Activation',
  symbol: 'activation',
  help: 'What the new state goes through. All but tanh are computed step by step, with the implementation loop; without one the recurrence is linear in its state.',
  default: 'tanh',
  choices: [
    { value: 'tanh', label: 'tanh' },
    { value: 'relu', label: 'ReLU' },
    { value: 'sigmoid', label: 'sigmoid' },
    { value: 'none', label: 'none' },
  ],
  added: true,
};

const fields = { bias: cellBiasField, activation: activationField, iterations: iterationsField } as const;

type Chosen = 'tanh' | 'relu' | 'sigmoid' | 'none';

function activationOf({ values }: Pick<MixerConfig, 'values'>): Chosen {
  const { activation } = values;
  return activation === 'relu' || activation === 'sigmoid' || activation === 'none' ? activation : 'tanh';
}

function refuse(config: MixerConfig): Message | null {
  const [activation, implementation] = [activationOf(config), config.implementation];
  return activation !== 'tanh' && implementation !== 'loop'
    ? say`Elman RNN: implementation ${asIs(implementation)} needs the activation tanh, got ${asIs<string>(activation)}; loop computes every activation`
    : refuseNewton('Elman RNN', 1)(config);
}

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
  const before = add(builder, inputPart(builder, x, cell), matmul(builder, h, cell.weightHh, { transB: true }));
  const activation = activationOf(config);
  const next = activation === 'none' ? before : activate(builder, activation, before);
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
  refuse,
  state,
  parallel,
  step,
};
