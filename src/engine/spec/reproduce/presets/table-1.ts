// Table 1 of "Were RNNs All We Needed?": selective copying against the number of layers. Settings of the source: its appendix C.3, and the
// published code (configs/selective_copy.yaml) where the two differ. Medium is the size of a published smaller replication
// (JingyuYe/minRNNs-on-selective-copy). Rows of one and two layers are not shown as published: nobody here could read them.
import { asIs, say } from '../../../core/say.ts';
import type { Arm, Part, Preset, Setting, SizeName } from '../preset.ts';
import { experimentOf, getsRight, stated, theArticle, variantOf, type Amounts } from './common.ts';

const models = [
  {
    kind: 'minLstm',
    title: 'minLSTM',
    fields: { normalised: false, forgetBias: 3 },
    three: { value: 0.96, spread: 0.028 },
  },
  { kind: 'minGru', title: 'minGRU', fields: {}, three: { value: 0.995, spread: 0.002 } },
] as const;

const nameOf = (title: string, depth: number): string => `${title} · L ${depth}`;

const rows = models.flatMap((model) =>
  [1, 2, 3].map((depth) => ({ ...model, depth, name: nameOf(model.title, depth) })),
);

const arms: readonly Arm[] = rows.map(({ name, title, depth, three }) => ({
  name,
  cells: [title, String(depth)],
  published: depth === 3 ? three : 'not verified',
}));

const gains = (title: string, depth: number): Part => ({
  kind: 'better',
  says: say`${asIs(title)} with ${depth} layers is better than with ${depth - 1}.`,
  a: nameOf(title, depth),
  b: nameOf(title, depth - 1),
});

const parts: readonly Part[] = [
  gains('minGRU', 2),
  gains('minGRU', 3),
  gains('minLSTM', 2),
  gains('minLSTM', 3),
  {
    kind: 'better',
    says: say`With two layers minGRU is ahead of minLSTM.`,
    a: nameOf('minGRU', 2),
    b: nameOf('minLSTM', 2),
  },
  getsRight(nameOf('minGRU', 3), 0.95),
  {
    kind: 'cannot',
    says: say`The values are those printed.`,
    needs: say`sequences of 4,096 and 400,000 steps: about 60 hours of a graphics card for a run`,
  },
];

const settings: readonly Setting[] = [
  stated(say`Sequence length`, 'task.length', 4096),
  stated(say`Symbols to copy`, 'task.memorise', 16),
  stated(say`Vocabulary`, 'task.vocabulary', 16),
  stated(say`Steps`, 'budget', 400_000),
  stated(say`Batch`, 'training.batch', 64),
  stated(
    say`Learning rate`,
    'training.learningRate',
    1e-4,
    say`the text says 1e-4, the published code 3e-4; fewer steps need more`,
  ),
  stated(say`Optimiser`, 'training.optimiser', 'adam', say`the text says Adam, the published code AdamW`),
  stated(say`Weight decay`, 'training.weightDecay', 0.05),
  stated(say`Largest norm of the gradient`, 'training.clip', 1),
  stated(say`Width`, 'model.d', 64),
  stated(say`Expansion`, 'model.expansion', 6),
  stated(say`Seeds`, 'seeds', null),
];

interface Scale extends Amounts {
  readonly length: number;
  readonly memorise: number;
}

const scales: Readonly<Record<SizeName, Scale>> = {
  small: { length: 64, memorise: 8, steps: 2500, batch: 32, learningRate: 3e-3, seeds: [1, 2, 3, 4] },
  medium: { length: 256, memorise: 8, steps: 5000, batch: 64, learningRate: 1e-3, seeds: [1, 2, 3, 4] },
  paper: { length: 4096, memorise: 16, steps: 400_000, batch: 64, learningRate: 3e-4, seeds: [1, 2, 3, 4] },
};

const experiments: Preset['experiments'] = (size) => {
  const { length, memorise } = scales[size];
  return [
    experimentOf(
      {
        name: 'Table 1',
        task: { id: 'selective-copy-v1', fields: { length, memorise, vocabulary: 16, evalSequences: 1024 } },
        variants: rows.map((row) =>
          variantOf(row, row.kind, { layers: row.depth, d: 64, expansion: 6, ...row.fields }),
        ),
        training: { optimiser: 'adamw', weightDecay: 0.05, clip: 1 },
      },
      scales[size],
    ),
  ];
};

export const table1: Preset = {
  id: 'table-1',
  title: say`Table 1`,
  subject: say`Selective copying: accuracy against the number of layers`,
  source: theArticle,
  claim: say`A gate that sees only the present symbol cannot select by what came before: one layer is not enough, each further layer helps, and three nearly solve the task.`,
  metric: 'val/accuracy',
  heads: [say`Model`, say`Layers`],
  arms,
  parts,
  settings,
  notes: [
    say`Small and medium sizes test the order of the rows, not the printed values.`,
    say`The state of the published code starts from learned values; here it starts from zero.`,
  ],
  experiments,
};
