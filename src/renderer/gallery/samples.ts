// Data of the gallery: one value of each kind that the components draw differently.
import { learningRate, seed } from '../../engine/spec/limits.ts';
import type { Field } from '../../engine/spec/fields.ts';
import type { RunStatus } from '../../protocol/state.ts';
import type { IconName } from '../components/icons.ts';
import { icons } from '../components/icons.ts';

export const iconNames = Object.keys(icons) as IconName[];

export const statuses: readonly RunStatus[] = [
  'queued',
  'preparing',
  'running',
  'paused',
  'stopped',
  'finished',
  'diverged',
  'failed',
  'interrupted',
];

export const fields: Readonly<Record<string, Field>> = {
  learningRate,
  seed,
  dropout: { kind: 'bool', label: 'Dropout', help: 'Leaves out some inputs.', default: false },
  norm: {
    kind: 'choice',
    label: 'Norm',
    help: 'How a layer is normalised.',
    default: 'rmsNorm',
    choices: [
      { value: 'rmsNorm', label: 'RMS norm' },
      { value: 'none', label: 'none' },
    ],
  },
};

export const options = [
  { value: 'loss', label: 'Loss' },
  { value: 'accuracy', label: 'Accuracy' },
  { value: 'speed', label: 'Speed', disabled: true },
] as const;

const mega = 2 ** 20;
export const memory = {
  weights: 12 * mega,
  gradients: 12 * mega,
  optimiser: 24 * mega,
  activations: 90 * mega,
  workspace: 6 * mega,
  inputOutput: 2 * mega,
  total: 146 * mega,
};
