// Data of the gallery: one value of each kind that the components draw differently.
import { learningRate, seed } from '../../engine/spec/limits.ts';
import type { Field } from '../../engine/spec/fields.ts';
import { label, pointOf, rule, swatch, type Mark } from '../../engine/spec/scene.ts';
import type { RunStatus } from '../../protocol/state.ts';
import type { IconName } from '../components/icons.ts';
import { icons } from '../components/icons.ts';
import { identityOf } from '../identity/identity.ts';

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

const blue = '#1b6fc2';
const wave = Array.from({ length: 40 }, (_, at) => ({ x: 1 + at, y: at === 20 ? Number.NaN : 10 ** Math.sin(at / 5) }));
const pen = { colour: blue, width: 2 };

/** Marks of every kind on 120 by 60 pixels. */
export const marks: readonly { readonly kind: string; readonly marks: readonly Mark[] }[] = [
  { kind: 'rule', marks: [rule([5, 5], [115, 55], pen), rule([5, 40], [115, 40], { colour: blue, dash: [6, 3] })] },
  {
    kind: 'line',
    marks: [
      {
        kind: 'line',
        stretches: [
          [
            [5, 50],
            [30, 10],
            [50, 50],
          ],
          [
            [70, 50],
            [90, 10],
            [115, 50],
          ],
        ],
        pen,
      },
    ],
  },
  {
    kind: 'curve',
    marks: [
      {
        kind: 'curve',
        traces: [wave],
        x: { log: false, low: 1, from: 5, perUnit: 2.8 },
        y: { log: true, low: -1, from: 55, perUnit: -25 },
        pen,
      },
    ],
  },
  {
    kind: 'area',
    marks: [
      {
        kind: 'area',
        outline: [
          [5, 55],
          [60, 5],
          [115, 55],
        ],
        fill: blue,
        opacity: 0.4,
      },
    ],
  },
  {
    kind: 'bar',
    marks: [
      { kind: 'bar', x: 5, y: 5, width: 50, height: 50, fill: blue, pen: { colour: '#000000', width: 1 } },
      { kind: 'bar', x: 65, y: 5, width: 50, height: 50, fill: null, pen: { colour: '#000000' } },
    ],
  },
  { kind: 'text', marks: [label([60, 35], 'minGRU 0.25', { anchor: 'middle', size: 18, weight: 600, colour: blue })] },
  {
    kind: 'halo',
    marks: [
      { kind: 'bar', x: 0, y: 20, width: 120, height: 20, fill: blue },
      label([115, 36], 'over a bar', { anchor: 'end', size: 16, colour: '#000000', halo: '#ffffff' }),
    ],
  },
  ...Array.from({ length: 8 }, (_, at) => {
    const look = identityOf(at);
    return { kind: look.marker, marks: [pointOf(look, [60, 30], 18, blue, '#ffffff')] };
  }),
  { kind: 'swatch', marks: swatch(identityOf(9), [40, 30], blue, 2, '#ffffff') },
  {
    kind: 'group',
    marks: [
      {
        kind: 'group',
        at: [20, 10],
        clip: { x: 10, y: 5, width: 60, height: 30 },
        marks: [
          { kind: 'bar', x: 0, y: 0, width: 50, height: 20, fill: blue },
          { kind: 'point', at: [70, 35], marker: 'circle', radius: 14, fill: '#b00020', opacity: 0.5 },
        ],
      },
    ],
  },
];
