// "Attention as an RNN" (Feng et al. 2024, arXiv 2405.13956): attention with a learned query is a recurrence of constant state, and as good as a
// Transformer. Its 38 data sets are not part of the lab and its numbers were not read here: the claim is tested on tasks that are generated.
import { say } from '../../../core/say.ts';
import type { Arm, Part, Preset, Setting, SizeName } from '../preset.ts';
import { keepsUp, stated, type Amounts } from './common.ts';
import { formalExperiments, onTask } from './formal.ts';

const tasks = [
  { id: 'majority-v1', title: 'Majority' },
  { id: 'missing-duplicate-v1', title: 'Missing duplicate' },
  { id: 'bucket-sort-v1', title: 'Bucket sort' },
] as const;

const systems = [
  { title: 'Aaren', kind: 'aaren', fields: { stack: 'paper', mlp: true, expansion: 1, heads: 4 } },
  { title: 'Transformer', kind: 'transformer', fields: { stack: 'paper', mlp: true, expansion: 1, heads: 4 } },
] as const;

const arms: readonly Arm[] = tasks.flatMap((task) =>
  systems.map(({ title }) => ({ name: onTask(task.title, title), cells: [task.title, title] })),
);

const parts: readonly Part[] = [
  ...tasks.map(({ title }) => keepsUp(onTask(title, 'Aaren'), onTask(title, 'Transformer'))),
  {
    kind: 'cannot',
    says: say`The same on the article's 38 data sets.`,
    needs: say`the article's data sets of events, series and reinforcement learning, which are not part of the lab`,
  },
];

const settings: readonly Setting[] = [
  stated(say`Layers`, 'model.layers', null),
  stated(say`Width`, 'model.d', null),
  stated(say`Steps`, 'budget', null),
];

const scales: Readonly<Record<SizeName, Amounts & { readonly d: number }>> = {
  small: { d: 64, steps: 1000, batch: 32, learningRate: 1e-3, seeds: [1, 2, 3, 4] },
  medium: { d: 128, steps: 6000, batch: 64, learningRate: 1e-3, seeds: [1, 2, 3, 4] },
  paper: { d: 128, steps: 50_000, batch: 64, learningRate: 1e-3, seeds: [1, 2, 3, 4, 5] },
};

const experiments: Preset['experiments'] = (size) =>
  formalExperiments(tasks, systems, {
    name: 'Attention as an RNN',
    lengths: [1, 40],
    evalSequences: 512,
    training: { clip: 1 },
    amounts: scales[size],
  });

export const attentionAsRnn: Preset = {
  id: 'attention-as-rnn',
  title: say`Attention as an RNN`,
  subject: say`Attention with a learned query against a Transformer`,
  source: 'Feng et al. 2024, Attention as an RNN, arXiv 2405.13956',
  claim: say`Attention whose query is learned runs as a recurrence of constant state and is as good as a Transformer.`,
  metric: 'val/accuracy',
  heads: [say`Task`, say`Model`],
  arms,
  parts,
  settings,
  notes: [
    say`Setup shows the state of both before a run: Aaren's stays the same at every length, the Transformer's grows with each token.`,
    say`A query that does not depend on the token cannot look for what the token names: of these tasks, missing duplicate asks for that, majority does not.`,
    say`"As good as" is read as: not more than 2 points behind.`,
  ],
  experiments,
};
