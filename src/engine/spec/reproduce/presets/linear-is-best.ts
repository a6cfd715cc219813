// What Su's article on LRU (spaces.ac.cn/archives/9554) takes from Orvieto et al. 2023: in a deep network, a recurrence without an activation is better
// on long-range tasks than one with tanh, relu or sigmoid. No numbers of it were read here, so the claim alone is tested.
import { asIs, say } from '../../../core/say.ts';
import type { Arm, Part, Preset } from '../preset.ts';
import { variantOf } from './common.ts';
import { listOpsExperiment, listOpsScales, listOpsSettings, shorterThanPublished } from './listops.ts';

const rows = [
  { name: 'no activation', activation: 'none' },
  { name: 'tanh', activation: 'tanh' },
  { name: 'relu', activation: 'relu' },
  { name: 'sigmoid', activation: 'sigmoid' },
] as const;
const [linear, ...others] = rows;

const arms: readonly Arm[] = rows.map(({ name }) => ({ name, cells: [name], published: 'not verified' }));

const parts: readonly Part[] = others.map(({ name }) => ({
  kind: 'better',
  says: say`No activation is better than ${asIs<string>(name)}.`,
  a: linear.name,
  b: name,
}));

const experiments: Preset['experiments'] = (size) => {
  const { layers, d } = listOpsScales[size];
  return [
    listOpsExperiment(
      'Linear is best',
      size,
      rows.map(({ name, activation }) => ({
        ...variantOf({ name }, 'elman', { stack: 'lru', layers, d, expansion: 1, activation }),
        implementation: 'loop',
      })),
    ),
  ];
};

export const linearIsBest: Preset = {
  id: 'linear-is-best',
  title: say`Linear is best`,
  subject: say`A recurrence without activation against tanh, relu and sigmoid`,
  source: 'Su 2023, spaces.ac.cn/archives/9554, after Orvieto et al. 2023, arXiv 2303.06349',
  claim: say`In a deep network, a recurrence without an activation is better on a long-range task than one with tanh, relu or sigmoid.`,
  metric: 'val/accuracy',
  heads: [say`Activation`],
  arms,
  parts,
  settings: listOpsSettings,
  notes: [
    shorterThanPublished,
    say`Expressions of up to 40 symbols are no long range: what the small size decides says little about the claim.`,
    say`All rows are the plain recurrent network with a full matrix in the block of LRU; what is not linear stands between the layers.`,
    say`Settings beside these are those of ListOps in "Were RNNs All We Needed?": the article states none of its own.`,
    say`Every row is computed step by step, so seconds say nothing about a linear recurrence in parallel.`,
  ],
  experiments,
};
