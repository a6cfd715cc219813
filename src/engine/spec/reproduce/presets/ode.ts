// Su's article on recurrent networks as solvers of differential equations (spaces.ac.cn/archives/5643, 2018): the constants of two competing species
// are learned through Euler's steps. It prints the constants behind its data and no result of a fit, so no number is shown as published.
import { say } from '../../../core/say.ts';
import type { Arm, Part, Preset, Setting, SizeName } from '../preset.ts';
import { betterThan, experimentOf, stated, variantOf, type Amounts } from './common.ts';

const rows = [
  { name: 'Euler, 1 step a day', cells: ['Euler', '1'], fields: { method: 'euler', substeps: 1 } },
  { name: 'Euler, 4 steps a day', cells: ['Euler', '4'], fields: { method: 'euler', substeps: 4 } },
  { name: 'midpoint, 1 step a day', cells: ['midpoint', '1'], fields: { method: 'midpoint', substeps: 1 } },
  { name: 'Runge-Kutta 4, 1 step a day', cells: ['Runge-Kutta 4', '1'], fields: { method: 'rk4', substeps: 1 } },
] as const;
const [euler, fine, midpoint, rk4] = rows;

const arms: readonly Arm[] = rows.map(({ name, cells }) => ({ name, cells }));

/** Counts are whole animals: an error of one animal is as good as any. */
const oneAnimal = 1;

const parts: readonly Part[] = [
  {
    kind: 'reaches',
    says: say`Euler's method as a recurrent network gives the counts with a squared error below one animal.`,
    a: euler.name,
    x: oneAnimal,
  },
  betterThan(fine.name, euler.name),
  betterThan(midpoint.name, euler.name),
  betterThan(rk4.name, euler.name),
];

const settings: readonly Setting[] = [
  stated(say`Steps`, 'budget', null),
  stated(say`Learning rate`, 'training.learningRate', null),
  stated(say`Optimiser`, 'training.optimiser', null),
  stated(
    say`Series`,
    'task.data',
    'observed',
    say`one series gives every seed the same run: random first numbers, by the same equations, tell seeds apart`,
  ),
];

const scales: Readonly<Record<SizeName, Amounts>> = {
  small: { steps: 1200, batch: 8, learningRate: 0.01, seeds: [1, 2, 3, 4] },
  medium: { steps: 5000, batch: 16, learningRate: 0.01, seeds: [1, 2, 3, 4, 5] },
  paper: { steps: 20_000, batch: 32, learningRate: 0.01, seeds: [1, 2, 3, 4, 5] },
};

const experiments: Preset['experiments'] = (size) => [
  experimentOf(
    {
      name: 'RNN as ODE',
      task: { id: 'two-species-v1', fields: { data: 'drawn', evalSequences: 64 } },
      variants: rows.map(({ name, fields }) => ({
        ...variantOf({ name }, 'ode', { stack: 'alone', layers: 1, d: 2, flow: 'species', ...fields }),
        implementation: 'loop',
      })),
      training: { optimiser: 'adam', weightDecay: 0, clip: 0 },
    },
    scales[size],
  ),
];

export const ode: Preset = {
  id: 'ode',
  title: say`RNN as ODE`,
  subject: say`Constants of two competing species, by three methods`,
  source: 'Su 2018, spaces.ac.cn/archives/5643',
  claim: say`Euler's method is a recurrent network, and training it finds the constants of an equation from a few counts; the method is part of the model.`,
  metric: 'val/loss',
  heads: [say`Method`, say`Steps a day`],
  arms,
  parts,
  settings,
  notes: [
    say`The first half is the article's. That better methods fit better is ours: the data come from the equation itself, which no step of a day follows exactly.`,
    say`The loss is the mean squared error in animals; the constants themselves are the weights of a run.`,
  ],
  experiments,
};
