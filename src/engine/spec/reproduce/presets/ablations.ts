// Table 6 of "Were RNNs All We Needed?" (appendix D.3): minLSTM on ListOps with and without the convolution before and the MLP after it. Its numbers
// are nowhere readable here, so the claim alone is tested. Settings: appendix C.3.
import { say } from '../../../core/say.ts';
import type { Arm, Part, Preset } from '../preset.ts';
import { betterThan, keepsUp, theArticle, variantOf } from './common.ts';
import { listOpsExperiment, listOpsScales, listOpsSettings, shorterThanPublished } from './listops.ts';

const rows = [
  { name: 'minLSTM alone', conv: false, mlp: false },
  { name: 'minLSTM with convolution', conv: true, mlp: false },
  { name: 'minLSTM with MLP', conv: false, mlp: true },
  { name: 'minLSTM with both', conv: true, mlp: true },
] as const;
const [alone, withConv, withMlp, both] = rows;

const arms: readonly Arm[] = rows.map(({ name, conv, mlp }) => ({
  name,
  cells: [conv ? 'yes' : 'no', mlp ? 'yes' : 'no'],
  published: 'not verified',
}));

const parts: readonly Part[] = [
  betterThan(withConv.name, alone.name),
  betterThan(withMlp.name, alone.name),
  betterThan(both.name, alone.name),
  keepsUp(both.name, withConv.name),
  {
    kind: 'cannot',
    says: say`The values are those printed.`,
    needs: say`the numbers of the article's table 6, which nobody could read here, and 250,000 steps`,
  },
];

const experiments: Preset['experiments'] = (size) => {
  const { layers, d } = listOpsScales[size];
  return [
    listOpsExperiment(
      'Table 6',
      size,
      rows.map(({ name, conv, mlp }) =>
        variantOf({ name }, 'minLstm', { stack: 'paper', layers, d, expansion: 2, conv, mlp }),
      ),
    ),
  ];
};

export const ablations: Preset = {
  id: 'ablations',
  title: say`Table 6`,
  subject: say`ListOps: minLSTM with and without convolution and MLP`,
  source: theArticle,
  claim: say`Both the convolution before minLSTM and the MLP after it help on ListOps.`,
  metric: 'val/accuracy',
  heads: [say`Convolution`, say`MLP`],
  arms,
  parts,
  settings: listOpsSettings,
  notes: [
    say`Rows have equal width, not equal parameters, as in the article: an MLP adds weights as well as a function.`,
    shorterThanPublished,
  ],
  experiments,
};
