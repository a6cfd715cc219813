// Figure 5 of "Were RNNs All We Needed?" (appendix D.4): minLSTM with growing starting bias of the forget gate. Its curves are nowhere in numbers, so
// the claim alone is tested.
import { say } from '../../../core/say.ts';
import type { Arm, Part, Preset, Setting, SizeName } from '../preset.ts';
import { experimentOf, stated, theArticle, variantOf, type Amounts } from './common.ts';

const biases = [0, 1, 2, 3] as const;
const nameOf = (bias: number): string => `minLSTM · bias ${bias}`;

const arms: readonly Arm[] = biases.map((bias) => ({
  name: nameOf(bias),
  cells: [String(bias)],
  published: 'not verified',
}));

const parts: readonly Part[] = [
  ...biases.slice(1).map((bias): Part => ({
    kind: 'better',
    says: say`A bias of ${bias} is better than none after the same steps.`,
    a: nameOf(bias),
    b: nameOf(0),
  })),
  { kind: 'order', says: say`The larger the bias, the better.`, arms: biases.toReversed().map(nameOf) },
];

const settings: readonly Setting[] = [
  stated(say`Task`, 'task.id', null),
  stated(say`Steps`, 'budget', null),
  stated(say`Layers`, 'model.layers', null),
];

const scales: Readonly<Record<SizeName, Amounts & { readonly length: number }>> = {
  small: { length: 64, steps: 1500, batch: 32, learningRate: 3e-3, seeds: [1, 2, 3, 4] },
  medium: { length: 256, steps: 5000, batch: 64, learningRate: 1e-3, seeds: [1, 2, 3, 4, 5] },
  paper: { length: 4096, steps: 400_000, batch: 64, learningRate: 3e-4, seeds: [1, 2, 3, 4, 5] },
};

const experiments: Preset['experiments'] = (size) => [
  experimentOf(
    {
      name: 'Figure 5',
      task: {
        id: 'selective-copy-v1',
        fields: { length: scales[size].length, memorise: 8, vocabulary: 16, evalSequences: 1024 },
      },
      variants: biases.map((forgetBias) =>
        variantOf({ name: nameOf(forgetBias) }, 'minLstm', {
          layers: 3,
          d: 64,
          expansion: 6,
          normalised: false,
          forgetBias,
        }),
      ),
      training: { weightDecay: 0.05, clip: 1 },
    },
    scales[size],
  ),
];

export const forgetBias: Preset = {
  id: 'forget-bias',
  title: say`Figure 5`,
  subject: say`The starting bias of minLSTM's forget gate`,
  source: theArticle,
  claim: say`A larger starting bias of the forget gate makes minLSTM learn faster and more steadily.`,
  metric: 'val/accuracy',
  heads: [say`Bias`],
  arms,
  parts,
  settings,
  notes: [
    say`The article names neither task nor steps of this figure; selective copying with three layers is tested.`,
    say`"More steadily" is a claim about spreads, which fewer than 10 seeds cannot decide: the spreads are printed.`,
  ],
  experiments,
};
