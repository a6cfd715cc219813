// ListOps of Long Range Arena: the article's appendix D.1 (table 5) beside systems it compares with and others whose numbers can be read in their own
// sources. What the article prints for itself, Mamba, xLSTM and RWKV is nowhere readable here.
import { say } from '../../../core/say.ts';
import type { Arm, Part, Preset } from '../preset.ts';
import { betterThan, keepsUp, theArticle, variantOf } from './common.ts';
import { listOpsExperiment, listOpsScales, listOpsSettings, shorterThanPublished } from './listops.ts';

const inPaper = { stack: 'paper', conv: true, mlp: true, expansion: 2 } as const;
const rows = [
  { name: 'minLSTM', kind: 'minLstm', fields: inPaper, published: 'not verified' },
  { name: 'minGRU', kind: 'minGru', fields: inPaper },
  { name: 'Mamba', kind: 's6', fields: { stack: 'mamba', expansion: 2 }, published: 'not verified' },
  { name: 'xLSTM [1:0]', kind: 'mLstm', fields: { stack: 'xlstm[1:0]', expansion: 2 }, published: 'not verified' },
  { name: 'RWKV-4', kind: 'rwkv4', fields: { stack: 'rwkv4', expansion: 1 }, published: 'not verified' },
  {
    name: 'Transformer',
    kind: 'transformer',
    fields: { stack: 'nanogpt', expansion: 1, heads: 4 },
    published: { value: 0.3637 },
  },
  { name: 'S4', kind: 's4', fields: inPaper, published: { value: 0.595 } },
  { name: 'LRU', kind: 'lru', fields: { stack: 'lru', expansion: 1 }, published: 'not verified' },
] as const;

const arms: readonly Arm[] = rows.map((row) => ({
  name: row.name,
  cells: [row.name],
  ...('published' in row ? { published: row.published } : {}),
}));

const parts: readonly Part[] = [
  keepsUp('minLSTM', 'Mamba'),
  keepsUp('minLSTM', 'xLSTM [1:0]'),
  betterThan('minLSTM', 'RWKV-4'),
  betterThan('minLSTM', 'Transformer'),
  {
    kind: 'cannot',
    says: say`The values are those printed.`,
    needs: say`the numbers of the article's tables 4 and 5, which nobody could read here, and 250,000 steps`,
  },
  {
    kind: 'cannot',
    says: say`The same on pictures and on retrieval.`,
    needs: say`the pictures of CIFAR-10 and the documents of the ACL Anthology Network, which are not part of the lab`,
  },
];

const experiments: Preset['experiments'] = (size) => {
  const { layers, d } = listOpsScales[size];
  return [
    listOpsExperiment(
      'Long Range Arena',
      size,
      rows.map(({ name, kind, fields }) => variantOf({ name }, kind, { layers, d, ...fields })),
    ),
  ];
};

export const lra: Preset = {
  id: 'lra',
  title: say`Table 5`,
  subject: say`Long Range Arena: ListOps`,
  source: theArticle,
  claim: say`On Long Range Arena minLSTM keeps up with Mamba and xLSTM and is ahead of attention and RWKV.`,
  metric: 'val/accuracy',
  heads: [say`Model`],
  arms,
  parts,
  settings: listOpsSettings,
  notes: [
    say`Published numbers are those of other sources: Transformer from Long Range Arena (Tay et al. 2021), and S4 from the repository state-spaces/s4. Their networks are larger and not equal to each other.`,
    say`All rows are causal and have equal depth and width, not equal parameters; the article's source of attention is Llama, here it is the Transformer of nanoGPT.`,
    shorterThanPublished,
    say`No learning rate was searched for any row: equal settings are not equal trials.`,
  ],
  experiments,
};
