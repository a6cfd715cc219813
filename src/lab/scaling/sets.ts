// The measurements that `bench scaling` takes, by name. Plain data; the lab measures them one after the other.
import { usualDevice } from '../../engine/device/registry.ts';
import type { ScalingSeries, ScalingSpec } from '../../engine/spec/scaling.ts';
import { suggestedSpec } from './spec.ts';

const lines = (model: string, ...implementations: readonly string[]): readonly ScalingSeries[] =>
  implementations.map((implementation) => ({ model, implementation }));

/** Every implementation of the four models of the paper's comparison. */
const everything: readonly ScalingSeries[] = [
  ...lines('gru', 'loop', 'fused'),
  ...lines('lstm', 'loop', 'fused'),
  ...lines('minGru', 'fused', 'scan', 'log-scan'),
  ...lines('minLstm', 'fused', 'scan', 'log-scan'),
];
const parallel = everything.filter(({ implementation }) => implementation !== 'loop');
const best = parallel.filter(({ implementation }) => implementation !== 'log-scan' && implementation !== 'scan');

const base: ScalingSpec = {
  ...suggestedSpec,
  vary: 'length',
  from: 128,
  to: 4096,
  length: 512,
  width: 64,
  batch: 16,
  layers: 1,
  series: everything,
  // Named explicitly: `auto` may choose one thread if the machine is busy at the start.
  device: { kind: usualDevice, threads: 0 },
  warmUp: 3,
  repeats: 15,
};

/** Another width, another batch, and one layer over sequences as long as a book's chapter. */
const others: readonly ScalingSpec[] = [
  { ...base, width: 256, batch: 4, series: parallel },
  { ...base, batch: 64, series: best },
  { ...base, to: 65_536, batch: 1, series: parallel },
];

export const scalingSets = {
  quick: [{ ...base, to: 512, batch: 4, series: best, warmUp: 2, repeats: 5 }],
  default: [base, ...others],
  vendor: [
    {
      ...base,
      to: 1024,
      series: [...lines('lstm', 'vendor', 'fused'), ...lines('minLstm', 'fused'), ...lines('minGru', 'fused')],
      device: { kind: 'tensorflow', threads: 0 },
      repeats: 7,
    },
  ],
  long: [
    { ...base, repeats: 30 },
    ...others.map((spec) => ({ ...spec, repeats: 30 })),
    { ...base, width: 256, batch: 16, series: parallel, repeats: 30 },
    { ...base, vary: 'width', from: 16, to: 512, series: parallel, repeats: 30 },
    { ...base, vary: 'batch', from: 1, to: 256, series: parallel, repeats: 30 },
  ],
} as const satisfies Readonly<Record<string, readonly ScalingSpec[]>>;

export type ScalingSetName = keyof typeof scalingSets;
