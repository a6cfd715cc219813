// The adding problem (Hochreiter and Schmidhuber 1997): remember two marked numbers over a long time and give their sum. Regression.
// Input: T pairs (value uniform in [0, 1), marker 0 or 1); one marker in the first half, one in the second. Target at the last step: the
// sum of the two marked values. Example (T 4): (.3 1) (.9 0) (.2 0) (.4 1) -> .7. Loss: mean squared error at the last step.
// Chance: always answering 1 gives the variance of the sum, 1/6. Solved: 0.01. Versions: v1.
import { RandomStream } from '../core/philox.ts';
import { ok } from '../core/result.ts';
import type { Fields } from '../spec/fields.ts';
import type { ExampleSequence } from '../spec/showing.ts';
import { valueMetrics } from '../spec/task-metrics.ts';
import { floats, type Batch, type FeatureStream, type ValueTarget } from './streams.ts';
import type { Task, TaskDef } from './task.ts';

export const addingFields = {
  length: {
    kind: 'int',
    label: 'Sequence length',
    help: 'Pairs in each sequence; the two marked ones may be this far apart.',
    symbol: 'length',
    unit: 'steps',
    default: 100,
    min: 2,
    max: 65536,
  },
  evalSequences: {
    kind: 'int',
    label: 'Held-out sequences',
    help: 'How many fixed sequences each evaluation uses.',
    unit: 'sequences',
    default: 256,
    min: 1,
    max: 65536,
    advanced: true,
  },
} as const satisfies Fields;

export const adding: TaskDef = {
  id: 'adding-v1',
  title: 'Adding problem',
  summary: 'Remember two marked numbers among many and give their sum at the end.',
  group: 'numbers',
  kind: 'regression',
  fields: addingFields,
  needs: null,
  prepare: (values) => ok(taskOf(Number(values['length']), Number(values['evalSequences']))),
};

export const pairs = {
  name: 'pairs',
  kind: 'features',
  width: 2,
  meaning: 'a value and whether it is marked',
} as const satisfies FeatureStream;

export const sum = {
  name: 'sum',
  kind: 'values',
  width: 1,
  mask: 'counted',
  at: 'each',
  meaning: 'the sum of the two marked values, at the last step',
} as const satisfies ValueTarget;

/** Of the sum of two numbers, each uniform in [0, 1). */
export const sumVariance = 1 / 6;

function taskOf(length: number, count: number): Task {
  return {
    inputs: [pairs],
    target: sum,
    metrics: valueMetrics({ variance: sumVariance }),
    trainLength: length,
    evalLength: length,
    evalSequences: count,
    chance: {
      constant: { 'val/loss': sumVariance, 'val/absolute-error': 1 / 3, 'val/explained-variance': 0 },
      blind: null,
    },
    solved: { 'val/loss': 0.01 },
    canFail: true,
    train: (batch, random) => {
      for (let row = 0; row < batch.size; row++) writePairs(batch, row, random, true);
    },
    evaluate: (batch, first) => {
      for (let row = 0; row < batch.size; row++) {
        writePairs(batch, row, new RandomStream(0, 'adding/held-out', first + row), first + row < count);
      }
    },
    read: readPairs,
    names: null,
    text: null,
  };
}

/** Fills a row; returns its two marked values. */
export function writePairs(
  batch: Batch,
  row: number,
  random: RandomStream,
  counts: boolean,
): readonly [first: number, second: number] {
  const { length } = batch;
  const [x, y, mask] = [floats(batch, pairs.name), floats(batch, sum.name), floats(batch, sum.mask)];
  const half = Math.floor(length / 2);
  const marked = [random.below(half), half + random.below(length - half)];
  const at = row * length;
  const values: [number, number] = [0, 0];
  for (let t = 0; t < length; t++) {
    const value = Math.fround(random.uniform());
    const mark = marked.includes(t);
    if (mark) values[t < half ? 0 : 1] = value;
    x[2 * (at + t)] = value;
    x[2 * (at + t) + 1] = mark ? 1 : 0;
  }
  y.fill(0, at, at + length);
  mask.fill(0, at, at + length);
  y[at + length - 1] = values[0] + values[1];
  mask[at + length - 1] = counts ? 1 : 0;
  return values;
}

export function readPairs(row: Batch): ExampleSequence {
  const [x, y] = [floats(row, pairs.name), floats(row, sum.name)];
  const last = y.length - 1;
  const symbols = Array.from(y, (_, t) => ({
    text: (x[2 * t] ?? 0).toFixed(2),
    role: x[2 * t + 1] === 1 ? ('marked' as const) : ('data' as const),
  }));
  return { symbols, asked: [{ at: last, wanted: y[last] ?? 0 }] };
}
