// The five experiments of the first minute: each shows something on two cores without a GPU, a download or an account.
import { variantCount } from '../engine/spec/grid-size.ts';
import type { ExperimentSpec } from '../engine/spec/run-spec.ts';
import type { Preset } from '../protocol/state.ts';

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
  name: 'Five models read Moby-Dick',
  task: { id: 'char-text-v1', fields: { length: 64 } },
  variants: [{ model: 'minGru' }, { model: 'minLstm' }, { model: 'gru' }, { model: 'lstm' }, { model: 'elman' }],
  training: { batch: 16, learningRate: 0.003, evaluateEvery: 50 },
  budget: { unit: 'seconds', amount: 11 },
};

const implementations: ExperimentSpec = {
  ...base,
  name: 'One minGRU, four ways to compute it',
  task: { id: 'char-text-v1', fields: { length: 128 } },
  variants: [{ model: 'minGru', implementation: ['fused', 'scan', 'log-scan', 'loop'] }],
  training: { batch: 16, learningRate: 0.003, evaluateEvery: 50 },
  budget: { unit: 'seconds', amount: 12 },
};

const layers: ExperimentSpec = {
  ...base,
  name: 'Why one layer of minGRU is not enough',
  task: { id: 'selective-copy-v1', fields: { length: 48, memorise: 4, vocabulary: 8, evalSequences: 128 } },
  variants: [{ model: 'minGru', fields: { d: 32, layers: [1, 2, 3] } }],
  training: { batch: 32, learningRate: 0.005, evaluateEvery: 50 },
  budget: { unit: 'seconds', amount: 16 },
};

const small = { d: 32, layers: 1, expansion: 1 } as const;

const parity: ExperimentSpec = {
  ...base,
  name: 'Parity: counting to two',
  task: { id: 'parity-check-v1', fields: { trainLength: 10, evalMinimum: 2, evalMaximum: 20, disjoint: true } },
  variants: [
    { model: 'minGru', fields: small },
    { model: 'lstm', fields: small },
    { model: 'elman', fields: small },
  ],
  training: { batch: 32, learningRate: 0.01, evaluateEvery: 100 },
  budget: { unit: 'seconds', amount: 14 },
};

/** The numbers in a sentence are those of its experiment. */
const number = ({ task }: ExperimentSpec, field: string): string => String(task.fields?.[field]);
const ways = implementations.variants.reduce((sum, variant) => sum + variantCount(variant), 0);

export const presets: readonly Preset[] = [
  {
    id: 'selective-copy',
    title: 'minGRU against GRU',
    sentence: `Both must pick ${number(copying, 'memorise')} symbols out of ${number(copying, 'length')} places and write them in order. Watch which one gets there first.`,
    seconds: 50,
    spec: copying,
    axis: 'active',
    baseline: 1,
  },
  {
    id: 'text',
    title: 'Five models read Moby-Dick',
    sentence:
      'minGRU, minLSTM, GRU, LSTM and a plain RNN learn the same pages letter by letter. Read what each of them would write.',
    seconds: 60,
    spec: text,
    axis: 'active',
    baseline: 2,
  },
  {
    id: 'implementations',
    title: 'Loop against scan',
    sentence: `The same minGRU with the same weights is computed in ${ways} ways. The curves are equal over steps and very different over time.`,
    seconds: 55,
    spec: implementations,
    axis: 'active',
    baseline: 3,
  },
  {
    id: 'layers',
    title: 'Depth brings time back',
    sentence: 'The gates of minGRU do not look at the past. One layer cannot copy selectively; more layers can.',
    seconds: 55,
    spec: layers,
    axis: 'active',
    baseline: 0,
  },
  {
    id: 'parity',
    title: 'Is the number of ones even?',
    sentence:
      'The task needs a state that flips. It separates models whose gates see their state from models whose gates do not.',
    seconds: 45,
    spec: parity,
    axis: 'step',
    baseline: 0,
  },
];
