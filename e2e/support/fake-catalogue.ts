// Invented catalogue, machine and presets for looking at screens without a lab process. Development only.
import type { Catalogue, MachineReport } from '../../src/engine/spec/catalogue.ts';
import type { Field, Fields } from '../../src/engine/spec/fields.ts';
import type { ExperimentSpec } from '../../src/engine/spec/run-spec.ts';
import type { Preset, Settings } from '../../src/protocol/lab.ts';

const int = (label: string, help: string, value: number, min: number, max: number, more: object = {}): Field => ({
  kind: 'int', label, help, default: value, min, max, ...more,
});
const float = (label: string, help: string, value: number, min: number, max: number, more: object = {}): Field => ({
  kind: 'float', label, help, default: value, min, max, ...more,
});
const choice = (label: string, help: string, values: readonly string[], more: object = {}): Field => ({
  kind: 'choice', label, help, default: values[0] ?? '', choices: values.map((value) => ({ value, label: value })), ...more,
});
const bool = (label: string, help: string, value: boolean, more: object = {}): Field => ({ kind: 'bool', label, help, default: value, ...more });

const implementations = (ids: readonly string[]) => ids.map((id) => ({ id, title: id, help: `Runs as ${id}.` }));
const model = (kind: string, title: string, ids: readonly string[], fields: Fields = {}) => ({
  kind, title, summary: `${title}: a recurrent layer.`, paper: 'arXiv:2410.01201', implementations: implementations(ids), fields,
});

export const catalogue: Catalogue = {
  models: [
    model('minGru', 'minGRU', ['fused', 'scan', 'log-scan', 'loop']),
    model('minLstm', 'minLSTM', ['fused', 'scan', 'log-scan', 'loop'], { forgetBias: float('Forget bias', 'Starting value added to the forget gate.', 1, -5, 10) }),
    model('gru', 'GRU', ['fused', 'loop']),
    model('lstm', 'LSTM', ['fused', 'loop'], { forgetBias: float('Forget bias', 'Starting value added to the forget gate.', 1, -5, 10) }),
    model('elman', 'Elman RNN', ['fused', 'loop']),
  ],
  stack: {
    layers: int('Layers', 'Blocks one above the other.', 3, 1, 64),
    d: int('Width', 'Channels between the blocks.', 64, 1, 4096, { unit: 'channels' }),
    expansion: float('Expansion', 'Inner width as a multiple of the width.', 1, 0.25, 8, { paper: '2 in the text task, 6 in selective copying' }),
    norm: choice('Norm', 'Normalisation before each mixer.', ['rms', 'layer', 'none'], { advanced: true }),
    conv: bool('Convolution', 'A causal convolution of width 4 before the mixer.', false, { advanced: true }),
    mlp: bool('MLP', 'A feed-forward block after the mixer.', false, { advanced: true }),
    dropout: float('Dropout', 'Share of activations set to zero in training.', 0, 0, 0.9),
  },
  tasks: [
    {
      id: 'selective-copy-v1', title: 'Selective copying', kind: 'classification', needsText: false,
      summary: 'Remember symbols scattered among blanks, then repeat them in order.',
      fields: {
        length: int('Sequence length', 'Positions before the symbols are asked for.', 256, 8, 65536, { unit: 'tokens', paper: '4,096' }),
        symbols: int('Symbols to copy', 'How many symbols are hidden among the blanks.', 16, 1, 256),
        vocabulary: int('Vocabulary', 'Different tokens, blanks and markers included.', 16, 4, 256),
      },
    },
    {
      id: 'char-text-v1', title: 'Text, letter by letter', kind: 'language', needsText: true, summary: 'Predict the next letter of a text.',
      fields: { dataset: choice('Text', 'Which text is read.', ['moby-dick', 'tiny-shakespeare']), length: int('Context', 'Letters read at once.', 128, 1, 8192, { unit: 'letters' }) },
    },
    { id: 'parity-v1', title: 'Parity', kind: 'classification', needsText: false, summary: 'Is the number of ones odd?', fields: { length: int('Length', 'Bits of a training string.', 40, 1, 4096) } },
  ],
  training: {
    optimiser: choice('Optimiser', 'How gradients move the weights.', ['adamw', 'adam', 'sgd']),
    learningRate: float('Learning rate', 'How far each step moves the weights. Too high diverges; too low wastes the budget.', 1e-3, 1e-6, 1, { paper: '1e-4 in the text, 3e-4 in its code' }),
    weightDecay: float('Weight decay', 'Pulls weights towards zero.', 0.01, 0, 1),
    schedule: choice('Schedule', 'How the learning rate changes over the run.', ['cosine', 'constant', 'linear']),
    warmup: int('Warm-up', 'Steps until the learning rate is reached.', 200, 0, 1_000_000, { unit: 'steps', when: { field: 'schedule', is: ['cosine', 'linear'] } }),
    batch: int('Batch', 'Sequences in one step.', 64, 1, 65536, { unit: 'seq' }),
    clip: float('Gradient clip', 'Longest gradient allowed; 0 = no limit.', 1, 0, 1000),
  },
  datasets: [
    { id: 'moby-dick', title: 'Moby-Dick, Herman Melville', bytes: 1_218_000, licence: 'public domain', state: 'here', sha256: null },
    { id: 'tiny-shakespeare', title: 'Tiny Shakespeare', bytes: 1_115_394, licence: 'public domain', state: 'download', sha256: 'ab' },
  ],
};

export const machine: MachineReport = {
  version: '0.1.0', commit: '9f31c07', node: 'v24.21.0', platform: 'linux x64', cpu: 'Example Processor 3.2 GHz', cores: 4,
  memoryTotal: 15.6 * 2 ** 30, memoryFree: 7.2 * 2 ** 30, diskFree: 41 * 2 ** 30, sessionsFolder: '/home/ada/minRNN Lab',
  devices: [
    { kind: 'cpu', title: 'CPU', state: 'ready', threads: 4, detail: 'WebAssembly SIMD (128 bit), up to 4 threads. Results are the same for any number of threads.' },
    { kind: 'reference', title: 'Reference', state: 'ready', threads: 1, detail: 'Plain float64, one thread. Slow; the definition every other device is checked against.' },
    { kind: 'webgpu', title: 'WebGPU', state: 'missing', threads: 0, detail: 'Not in this version: the package webgpu is not installed.' },
  ],
};

export function experiment(name: string, models: readonly string[] = ['gru', 'minGru']): ExperimentSpec {
  return {
    format: 'minrnn-experiment', version: 1, name, task: { id: 'selective-copy-v1', fields: { length: 256 } },
    variants: models.map((kind) => ({ model: kind })), training: { learningRate: 3e-3 }, seeds: [1], budget: { unit: 'steps', amount: 10_000 },
  };
}

const preset = (id: string, title: string, sentence: string, seconds: number, models: readonly string[]): Preset => ({
  id, title, sentence, seconds, spec: experiment(title, models),
});

export const presets: readonly Preset[] = [
  preset('copy', 'minGRU against GRU on selective copying', 'Which one remembers 16 symbols among noise, and how fast does each step go?', 60, ['gru', 'minGru']),
  preset('layers', 'One, two and three layers of minGRU', 'Its gates never see the past, so depth has to carry the memory.', 75, ['minGru', 'minGru', 'minGru']),
  preset('loop', 'Loop, scan and fused minGRU', 'The same numbers computed in three ways; only the clock differs.', 40, ['minGru', 'minGru', 'minGru']),
  preset('text', 'Five models read Moby-Dick', 'minGRU, minLSTM, GRU, LSTM and a plain RNN, letter by letter.', 180, ['minGru', 'minLstm', 'gru', 'lstm', 'elman']),
  preset('parity', 'Break it: parity on longer strings', 'Train on length 40, test on 400. See who only learned the lengths it saw.', 90, ['gru', 'minGru', 'lstm']),
];

export const settings: Settings = {
  theme: 'system', language: 'system', threads: 0, device: 'auto', sessionsFolder: '/home/ada/minRNN Lab',
  dataFolder: '/home/ada/minRNN Lab/data', mode: 'race',
};
