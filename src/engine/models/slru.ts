// SLRU, LRU with real numbers. Su 2023, kexue.fm/archives/9554; bojone/rnn slru.py.
//   lambda = exp(-exp nu)      h_t = lambda h_{t-1} + exp(gamma) (W_in x_t + b_in)      y_t = W_out h_t + b_out
// nu, gamma [H]; in [H, D], out [D, H], and with `bias` inBias [H], outBias [D]. The published code scales the state where it is read; scaled where it
// is written, it is the same function from an empty state.
import { f32 } from '../core/tensor.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { fixedScan } from '../ops/cells.ts';
import { add, linear, mul } from '../ops/functional.ts';
import type { Fields } from '../spec/fields.ts';
import { initialiser } from './initialisers/registry.ts';
import { loopOverTime } from './loop.ts';
import type { MixerConfig, MixerOutput, ModelDef, StateSlot } from './model.ts';
import { decaysOf, fixedImplementations, ringFields, scaledRows, steady } from './ring-of-decays.ts';

const fields = {
  ...ringFields(0.9, 0.999, { low: '0.9', high: '0.999' }),
  bias: {
    kind: 'bool',
    label: 'Bias',
    help: 'Adds a learned bias to the input of the state and to the result.',
    default: false,
    paper: 'off in its language model',
    advanced: true,
  },
} as const satisfies Fields;

const state = ({ hidden }: MixerConfig): readonly StateSlot[] => [{ name: 'h', shape: [hidden], start: 0 }];

interface Weights {
  /** lambda [H]. */
  readonly decay: ValueId;
  /** exp(gamma) W_in and its bias. */
  readonly into: ValueId;
  readonly intoBias: ValueId | null;
  readonly out: ValueId;
  readonly outBias: ValueId | null;
}

function weights(builder: GraphBuilder, { width, hidden, values }: MixerConfig): Weights {
  const { size, scale } = decaysOf(builder, hidden, values, steady);
  const matrix = (name: string, rows: number, columns: number): ValueId =>
    builder.parameter(
      name,
      f32(rows, columns),
      initialiser('xavier-uniform', { fanIn: columns, fanOut: rows, gain: 1 }),
    );
  const bias = (name: string, count: number): ValueId | null =>
    values['bias'] === true ? builder.parameter(name, f32(count), initialiser('zeros', {}), steady) : null;
  const intoBias = bias('inBias', hidden);
  return {
    decay: size,
    into: scaledRows(builder, matrix('in', hidden, width), scale),
    intoBias: intoBias === null ? null : mul(builder, intoBias, scale),
    out: matrix('out', width, hidden),
    outBias: bias('outBias', width),
  };
}

function parallel(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  config: MixerConfig,
): MixerOutput {
  if (config.implementation === 'loop') return loopOverTime(builder, slru, x, given, config);
  const { decay, into, intoBias, out, outBias } = weights(builder, config);
  const { y: h, final } = fixedScan(builder, linear(builder, x, into, intoBias), decay, given); // [B, T, H]
  return { y: linear(builder, h, out, outBias), state: final };
}

function step(builder: GraphBuilder, x: ValueId, [h]: readonly ValueId[], config: MixerConfig): MixerOutput {
  if (h === undefined) throw new Error('SLRU: step needs the carried state h [B, H], got none');
  const { decay, into, intoBias, out, outBias } = weights(builder, config);
  const next = add(builder, mul(builder, h, decay), linear(builder, x, into, intoBias)); // [B, H]
  return { y: linear(builder, next, out, outBias), state: [next] };
}

/** Numbers that fade at fixed rates, between two matrices. */
export const slru: ModelDef = {
  kind: 'slru',
  title: 'SLRU',
  summary: 'LRU with real numbers: each fades at a rate of its own that does not depend on the input.',
  family: 'elementwise',
  year: 2023,
  equations: ["h' = λ ⊙ h + exp(γ) ⊙ W_in x", "y = W_out h'", 'λ = exp(−exp(ν))'],
  paper: 'Su 2023, kexue.fm/archives/9554; bojone/rnn, with twice as many numbers as LRU has',
  fields,
  implementations: fixedImplementations,
  state,
  outputs: ({ width }) => [{ name: 'y', width }],
  parallel,
  step,
};
