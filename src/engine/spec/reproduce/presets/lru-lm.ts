// The language models of Su Jianlin's article on LRU (spaces.ac.cn/archives/9554, 2023): GAU, attention (SA), RWKV, LRU and SLRU with equal
// parameters at two lengths. Its models have about 100 million parameters; no losses are copied here, only their order and how it changes with length.
import { asIs, say } from '../../../core/say.ts';
import type { Arm, Part, Preset, Setting, SizeName } from '../preset.ts';
import { experimentOf, stated, variantOf, type Amounts } from './common.ts';

const systems = [
  { title: 'GAU', kind: 'gau', fields: { stack: 'gau-alpha', expansion: 2 } },
  { title: 'SA', kind: 'transformer', fields: { stack: 'roformer-v2', expansion: 1, heads: 4 } },
  { title: 'RWKV', kind: 'rwkv4', fields: { stack: 'rwkv4', expansion: 1 } },
  { title: 'LRU', kind: 'lru', fields: { stack: 'lru', expansion: 1 } },
  { title: 'SLRU', kind: 'slru', fields: { stack: 'lru', expansion: 1 } },
] as const;
const lengths = [128, 512] as const;

const nameOf = (title: string, length: number): string => `${title} · T ${length}`;

const arms: readonly Arm[] = lengths.flatMap((length) =>
  systems.map(({ title }) => ({ name: nameOf(title, length), cells: [title, String(length)] })),
);

const parts: readonly Part[] = [
  ...lengths.map((length): Part => ({
    kind: 'order',
    says: say`At length ${length} the order is GAU, SA, RWKV, LRU, SLRU.`,
    arms: systems.map(({ title }) => nameOf(title, length)),
  })),
  ...(['GAU', 'SA'] as const).map((title): Part => ({
    kind: 'better',
    says: say`${asIs<string>(title)} is better with the longer text.`,
    a: nameOf(title, 512),
    b: nameOf(title, 128),
  })),
  ...(['RWKV', 'LRU', 'SLRU'] as const).map((title): Part => ({
    kind: 'better',
    says: say`${asIs<string>(title)} is worse with the longer text.`,
    a: nameOf(title, 128),
    b: nameOf(title, 512),
  })),
];

const settings: readonly Setting[] = [
  stated(say`Text read at once`, 'task.length', null),
  stated(say`Steps`, 'budget', null),
  stated(say`Batch`, 'training.batch', null),
];

const scales: Readonly<Record<SizeName, Omit<Amounts, 'batch'> & { readonly d: number; readonly tokens: number }>> = {
  small: { d: 96, tokens: 2048, steps: 300, learningRate: 2e-3, seeds: [1, 2, 3] },
  medium: { d: 192, tokens: 8192, steps: 3000, learningRate: 1e-3, seeds: [1, 2, 3] },
  paper: { d: 768, tokens: 65_536, steps: 100_000, learningRate: 3e-4, seeds: [1, 2, 3] },
};

const experiments: Preset['experiments'] = (size) => {
  const { d, tokens, ...amounts } = scales[size];
  return lengths.map((length) =>
    experimentOf(
      {
        name: 'LRU, language',
        task: { id: 'char-text-v1', fields: { dataset: 'moby-dick', length, evalSequences: Math.ceil(8192 / length) } },
        variants: systems.map(({ title, kind, fields }) =>
          variantOf({ name: nameOf(title, length) }, kind, { layers: 2, d, ...fields }),
        ),
        training: { clip: 1 },
        match: 'parameters',
      },
      { ...amounts, batch: tokens / length },
    ),
  );
};

export const lruLm: Preset = {
  id: 'lru-lm',
  title: say`LRU, language`,
  subject: say`Attention against recurrences at two lengths`,
  source: 'Su 2023, spaces.ac.cn/archives/9554',
  claim: say`With equal parameters the order is GAU, attention, RWKV, LRU, SLRU; attention gains with the length, recurrences lose.`,
  metric: 'val/loss',
  heads: [say`Model`, say`Length`],
  arms,
  parts,
  settings,
  notes: [
    say`The article's models have about 100 million parameters and read Chinese; here they are a thousandth of that and read a book by characters.`,
    say`Both lengths read as many characters in a step.`,
  ],
  experiments,
};
