// Two answers about the same pairs: the sum of the two marked numbers of the adding problem, and which of them is the larger. One head each:
// a value at the last step by its mean squared error, a class a sequence by its cross-entropy. Total loss: the first plus a quarter of the
// second, so that both weigh about the same at the start (1/6 and ln 2 / 4). Chance: answering 1, and either class. Versions: v1.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import { ok } from '../core/result.ts';
import { say } from '../core/say.ts';
import { accuracyLook, lossMetric, valueMetrics, type TaskMetric } from '../spec/task-metrics.ts';
import { addingFields, pairs, readPairs, sum, sumVariance, writePairs } from './adding.ts';
import { ints, type Batch, type FurtherTarget, type ValueTarget } from './streams.ts';
import type { Task, TaskDef } from './task.ts';

export const addingOrder: TaskDef = {
  id: 'adding-order-v1',
  title: 'Sum and order',
  summary: 'Give the sum of two marked numbers and say which of them is the larger: two answers, a head for each.',
  group: 'numbers',
  kind: 'regression',
  fields: addingFields,
  needs: null,
  prepare: (values) => ok(taskOf(Number(values['length']), Number(values['evalSequences']))),
};

const order = {
  target: {
    name: 'order',
    kind: 'classes',
    classes: 2,
    at: 'last',
    meaning: 'whether the first of the marked values is the larger',
    words: {
      title: say`Order`,
      meaning: say`Whether a, the first of the two marked values, is greater than b, the second.`,
    },
  },
  weight: 1 / 4,
  names: ['a≤b', 'a>b'],
} as const satisfies FurtherTarget;

const sumOfTwo = {
  ...sum,
  words: { title: say`Sum`, meaning: say`The sum of the two marked values.` },
} as const satisfies ValueTarget;

const [, absolute, explained] = valueMetrics({ variance: sumVariance });
const lossOfOrder = { of: 'cross-entropy', target: order.target.name } as const;

const metrics: readonly TaskMetric[] = [
  { ...lossMetric, unit: '', of: 'squared-error', plus: [{ ...lossOfOrder, weight: order.weight }] },
  {
    ...lossMetric,
    name: 'val/sum-loss',
    title: say`Loss of the sum`,
    short: say`Loss of the sum`,
    unit: '',
    of: 'squared-error',
  },
  {
    ...lossMetric,
    name: 'val/order-loss',
    title: say`Loss of the order`,
    short: say`Loss of the order`,
    unit: 'nats',
    ...lossOfOrder,
  },
  ...[absolute, explained].filter((metric) => metric !== undefined),
  {
    ...accuracyLook,
    name: 'val/order-accuracy',
    title: say`Accuracy of the order`,
    short: say`Accuracy of the order`,
    of: 'hits',
    diverged: 'chance',
    target: order.target.name,
  },
];

function taskOf(length: number, count: number): Task {
  return {
    inputs: [pairs],
    target: sumOfTwo,
    further: [order],
    metrics,
    trainLength: length,
    evalLength: length,
    evalSequences: count,
    chance: {
      constant: {
        'val/loss': sumVariance + order.weight * Math.LN2,
        'val/sum-loss': sumVariance,
        'val/order-loss': Math.LN2,
        'val/absolute-error': 1 / 3,
        'val/explained-variance': 0,
        'val/order-accuracy': 0.5,
      },
      blind: null,
    },
    solved: { 'val/sum-loss': 0.01 },
    canFail: true,
    train: (batch, random) => {
      for (let row = 0; row < batch.size; row++) write(batch, row, random, true);
    },
    evaluate: (batch, first) => {
      for (let row = 0; row < batch.size; row++)
        write(batch, row, new RandomStream(0, 'adding-order/held-out', first + row), first + row < count);
    },
    read: (row) => {
      const at = row.length - 1;
      const wanted = itemAt(ints(row, order.target.name), 0);
      return { ...readPairs(row), further: { [order.target.name]: [{ at, wanted }] } };
    },
    names: null,
    text: null,
  };
}

function write(batch: Batch, row: number, random: RandomStream, counts: boolean): void {
  const [first, second] = writePairs(batch, row, random, counts);
  ints(batch, order.target.name)[row] = counts ? Number(first > second) : -1;
}
