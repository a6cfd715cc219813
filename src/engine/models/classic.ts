// What GRU, LSTM and Elman have in common: the bias field, the implementations and the four tensors of torch's cells.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import type { BoolField } from '../spec/fields.ts';
import type { MixerConfig, ModelDef } from './model.ts';
import { initialiser } from './initialisers/registry.ts';

export const cellBiasField: BoolField = {
  kind: 'bool',
  label: 'Bias',
  help: 'Adds two learned biases, one beside each matrix, as torch does.',
  default: true,
  advanced: true,
};

export const classicImplementations: ModelDef['implementations'] = [
  { id: 'fused', title: 'fused', help: 'One projection of all inputs, then one kernel with the time loop inside.' },
  {
    id: 'loop',
    title: 'loop',
    unrolled: true,
    help: 'One set of operations a time step, the baseline that the paper compares with.',
  },
];

export interface Cell {
  /** [G H, D] and [G H, H], G gates. */
  readonly weightIh: ValueId;
  readonly weightHh: ValueId;
  /** [G H] each; null without bias. */
  readonly biasIh: ValueId | null;
  readonly biasHh: ValueId | null;
}

/** The parameters of a cell with `gates` blocks of rows, all U(-1/sqrt(H), 1/sqrt(H)) as torch's nn.RNNBase. */
export function cellOf(builder: GraphBuilder, gates: number, config: MixerConfig): Cell {
  const { width, hidden, values } = config;
  const start = initialiser('torch-recurrent', { fan: hidden });
  const bias = (name: string): ValueId | null =>
    values['bias'] === false ? null : builder.parameter(name, f32(gates * hidden), start, { decay: false });
  return {
    weightIh: builder.parameter('weightIh', f32(gates * hidden, width), start),
    weightHh: builder.parameter('weightHh', f32(gates * hidden, hidden), start),
    biasIh: bias('biasIh'),
    biasHh: bias('biasHh'),
  };
}
