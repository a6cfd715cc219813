// Figure 2 of "Were RNNs All We Needed?": character language models on Shakespeare, test loss over steps. Settings: its appendix C.3, on nanoGPT's
// framework, whose defaults fill what it does not state.
import { say } from '../../../core/say.ts';
import type { Arm, Part, Preset, Setting, SizeName } from '../preset.ts';
import { betterThan, endTogether, experimentOf, stated, theArticle, variantOf, type Amounts } from './common.ts';

const paper = { stack: 'paper', conv: true, mlp: true, expansion: 2 };
const rows = [
  { name: 'minGRU', kind: 'minGru', fields: paper, loss: 1.548, step: '575' },
  { name: 'minLSTM', kind: 'minLstm', fields: paper, loss: 1.555, step: '625' },
  { name: 'Mamba', kind: 's6', fields: { stack: 'mamba', expansion: 2 }, loss: 1.575, step: '400' },
  {
    name: 'Transformer',
    kind: 'transformer',
    fields: { stack: 'nanogpt', expansion: 1, heads: 6 },
    loss: 1.547,
    step: '2,000',
  },
] as const;

const arms: readonly Arm[] = rows.map(({ name, loss, step }) => ({
  name,
  cells: [name, step],
  published: { value: loss },
}));

const parts: readonly Part[] = [
  betterThan('minGRU', 'Mamba'),
  endTogether('minGRU', 'minLSTM', 0.02),
  endTogether('minGRU', 'Transformer', 0.02),
  {
    kind: 'cannot',
    says: say`The values are those printed.`,
    needs: say`5,000 steps at width 384, and the length of the text read at once, which the article does not state`,
  },
];

const settings: readonly Setting[] = [
  stated(say`Text`, 'task.dataset', 'tiny-shakespeare'),
  stated(say`Text read at once`, 'task.length', null),
  stated(say`Steps`, 'budget', 5000),
  stated(say`Batch`, 'training.batch', 64),
  stated(say`Learning rate`, 'training.learningRate', 1e-3),
  stated(say`Largest norm of the gradient`, 'training.clip', 0.25),
  stated(say`Width`, 'model.d', 384),
  stated(say`Layers`, 'model.layers', 3),
  stated(say`Dropout`, 'model.dropout', 0.2),
];

interface Scale extends Amounts {
  readonly dataset: string;
  readonly length: number;
  readonly d: number;
  readonly dropout: number;
}

const scales: Readonly<Record<SizeName, Scale>> = {
  small: {
    dataset: 'moby-dick',
    length: 128,
    d: 96,
    dropout: 0,
    steps: 500,
    batch: 16,
    learningRate: 2e-3,
    seeds: [1, 2, 3],
  },
  medium: {
    dataset: 'tiny-shakespeare',
    length: 256,
    d: 192,
    dropout: 0.2,
    steps: 2000,
    batch: 16,
    learningRate: 1e-3,
    seeds: [1, 2, 3],
  },
  paper: {
    dataset: 'tiny-shakespeare',
    length: 256,
    d: 384,
    dropout: 0.2,
    steps: 5000,
    batch: 64,
    learningRate: 1e-3,
    seeds: [1, 2, 3],
  },
};

const experiments: Preset['experiments'] = (size) => {
  const { dataset, length, d, dropout } = scales[size];
  return [
    experimentOf(
      {
        name: 'Figure 2',
        task: { id: 'char-text-v1', fields: { dataset, length, evalSequences: 128 } },
        variants: rows.map((row) => variantOf({ name: row.name }, row.kind, { layers: 3, d, dropout, ...row.fields })),
        training: { clip: 0.25, weightDecay: 0.1 },
        evaluations: 20,
      },
      scales[size],
    ),
  ];
};

export const figure2: Preset = {
  id: 'figure-2',
  title: say`Figure 2`,
  subject: say`Language: loss on a text by characters`,
  source: theArticle,
  claim: say`On a text minGRU and minLSTM reach the loss of a Transformer and of Mamba, the Transformer after many more steps.`,
  metric: 'val/loss',
  heads: [say`Model`, say`Best step, printed`],
  arms,
  parts,
  settings,
  notes: [
    say`The small size reads the book that comes with the program, another text than the article's.`,
    say`The printed losses are the best on the test text; here the last loss of each run is compared, so that nothing is chosen by it.`,
  ],
  experiments,
};
