// What GRU, LSTM and Elman have in common: the bias field, the implementations and the four tensors of torch's cells.
import { asIs, label, type Message, say } from '../core/say.ts';
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import type { BoolField, IntField } from '../spec/fields.ts';
import { newtonMetrics } from './deer-report.ts';
import { iterationsOf, type Newton } from './deer.ts';
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

export const iterationsField: IntField = {
  kind: 'int',
  label: 'Newton iterations',
  help: 'How often DEER or quasi-DEER repeats before its last time; 0 = 10 times for DEER, 32 for quasi-DEER. Too few, and steps are computed by fused.',
  symbol: 'iterations',
  default: 0,
  min: 0,
  max: 200,
  advanced: true,
  added: true,
  when: { field: 'implementation', is: ['deer', 'quasi-deer'] },
};

const newtonInfo = { fallback: 'fused', tells: Object.values(newtonMetrics) } as const;

/** Newton's method over all steps at once (deer.ts). */
export const newtonImplementations: ModelDef['implementations'] = [
  {
    id: 'deer',
    title: 'DEER',
    ...newtonInfo,
    help: "All steps at once by Newton's method, 10 times, with a matrix of state x state numbers a step: for states of up to 64 numbers. Steps at which it does not settle are computed by fused.",
  },
  {
    id: 'quasi-deer',
    title: 'quasi-DEER',
    ...newtonInfo,
    help: 'The same with the diagonals of these matrices, 32 times, and one last time with all of them: scans of single numbers. Steps at which it does not settle are computed by fused.',
  },
];

/** Numbers of a state whose matrices are still worth while. */
const mostNewton = 64;

/** Which of both an implementation is, and how often it repeats; null = another one. */
export const newtonOf = ({ implementation, values }: Pick<MixerConfig, 'implementation' | 'values'>): Newton | null =>
  implementation === 'deer' || implementation === 'quasi-deer'
    ? { kind: implementation, count: iterationsOf(implementation, values['iterations']) }
    : null;

/** Whether Newton's method is asked for more than that; `parts` = numbers of the state for each of its width. */
export const refuseNewton =
  (title: string, parts: number) =>
  (config: MixerConfig): Message | null => {
    const { hidden, implementation } = config;
    return newtonOf(config) !== null && parts * hidden > mostNewton
      ? say`${label(title)}: implementation ${asIs(implementation)} needs a state of at most ${mostNewton} numbers, got ${parts * hidden}; fused has no such limit`
      : null;
  };

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
