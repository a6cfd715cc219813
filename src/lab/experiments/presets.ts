// The five experiments of the first minute: each shows something on two cores without a GPU, a download or an account.
import { countRuns, leastValue } from '../../engine/spec/grid-size.ts';
import type { ExperimentSpec } from '../../engine/spec/run-spec.ts';
import type { Preset } from '../../protocol/state.ts';

const base = { format: 'minrnn-experiment', version: 1 } as const;

const copying: ExperimentSpec = {
  ...base,
  name: 'minGRU against GRU on selective copying',
  task: { id: 'selective-copy-v1', fields: { length: 32, memorise: 3, vocabulary: 8, evalSequences: 128 } },
  variants: [{ model: 'minGru' }, { model: 'gru' }],
  training: { batch: 32, learningRate: 0.005, evaluateEvery: 25 },
  budget: { unit: 'seconds', amount: 22 },
};

const text: ExperimentSpec = {
  ...base,
  name: 'minGRU, minLSTM, GRU, LSTM and Elman read Moby-Dick',
  task: { id: 'char-text-v1', fields: { length: 64 } },
  variants: [{ model: 'minGru' }, { model: 'minLstm' }, { model: 'gru' }, { model: 'lstm' }, { model: 'elman' }],
  training: { batch: 16, learningRate: 0.003, evaluateEvery: 50 },
  budget: { unit: 'seconds', amount: 11 },
};

const implementations: ExperimentSpec = {
  ...base,
  name: 'One minGRU, computed in several ways',
  task: { id: 'char-text-v1', fields: { length: 128 } },
  variants: [{ model: 'minGru', implementation: ['fused', 'scan', 'log-scan', 'loop'] }],
  training: { batch: 16, learningRate: 0.003, evaluateEvery: 50 },
  budget: { unit: 'seconds', amount: 12 },
};

const layers: ExperimentSpec = {
  ...base,
  name: 'How many layers minGRU needs',
  task: { id: 'selective-copy-v1', fields: { length: 48, memorise: 4, vocabulary: 8, evalSequences: 128 } },
  variants: [{ model: 'minGru', fields: { d: 32, layers: [1, 2, 3] } }],
  training: { batch: 32, learningRate: 0.005, evaluateEvery: 50 },
  budget: { unit: 'seconds', amount: 16 },
};

const tiny = { d: 32, layers: 1, expansion: 1 } as const;

const parity: ExperimentSpec = {
  ...base,
  name: 'Parity: an even or an odd number of ones',
  task: { id: 'parity-check-v1', fields: { trainLength: 10, evalMinimum: 2, evalMaximum: 20, disjoint: true } },
  variants: [
    { model: 'minGru', fields: tiny },
    { model: 'lstm', fields: tiny },
    { model: 'elman', fields: tiny },
  ],
  training: { batch: 32, learningRate: 0.01, evaluateEvery: 100 },
  budget: { unit: 'seconds', amount: 14 },
};

/** The numbers in a text are those of its experiment. */
const number = ({ task }: ExperimentSpec, field: string): string => String(task.fields?.[field]);
const variantsOf = (spec: ExperimentSpec): number => countRuns(spec).variants;

const small = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const inWords = (count: number): string => small[count] ?? String(count);
const begun = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const fewestLayers = (spec: ExperimentSpec): number => leastValue(spec, 'layers') ?? 1;

type Text = (spec: ExperimentSpec) => string;

/** By the id of a preset. A language may have its own, in `renderer/i18n`. */
const texts = {
  'selective-copy': {
    title: () => 'minGRU against GRU',
    sentence: (spec) =>
      `Each must pick ${number(spec, 'memorise')} symbols out of ${number(spec, 'length')} places and write them in order. Watch which one gets there first.`,
  },
  text: {
    title: (spec) => `${begun(inWords(variantsOf(spec)))} models read Moby-Dick`,
    sentence: () =>
      'All learn the same pages letter by letter, from minGRU to a plain RNN. Read what each of them would write.',
  },
  implementations: {
    title: () => 'Loop against scan',
    sentence: (spec) =>
      `The same minGRU with the same weights is computed in ${inWords(variantsOf(spec))} ways. The curves are equal over steps and very different over time.`,
  },
  layers: {
    title: () => 'Depth brings time back',
    sentence: (spec) =>
      `The gates of minGRU do not look at the past. With ${inWords(fewestLayers(spec))} layer${fewestLayers(spec) === 1 ? '' : 's'} it cannot copy selectively; with more it can.`,
  },
  parity: {
    title: () => 'Is the number of ones even?',
    sentence: () =>
      'The task needs a state that flips. It separates models whose gates see their state from models whose gates do not.',
  },
} as const satisfies Readonly<Record<string, { readonly title: Text; readonly sentence: Text }>>;

type PresetId = keyof typeof texts;

/** A preset with the words that its experiment makes true. */
export function presetOf(
  id: PresetId,
  spec: ExperimentSpec,
  { seconds, axis, baseline }: Pick<Preset, 'seconds' | 'axis' | 'baseline'>,
): Preset {
  return { id, title: texts[id].title(spec), sentence: texts[id].sentence(spec), seconds, spec, axis, baseline };
}

export const presets: readonly Preset[] = [
  presetOf('selective-copy', copying, { seconds: 50, axis: 'active', baseline: 1 }),
  presetOf('text', text, { seconds: 60, axis: 'active', baseline: 2 }),
  presetOf('implementations', implementations, { seconds: 55, axis: 'active', baseline: 3 }),
  presetOf('layers', layers, { seconds: 55, axis: 'active', baseline: 0 }),
  presetOf('parity', parity, { seconds: 45, axis: 'step', baseline: 0 }),
];
