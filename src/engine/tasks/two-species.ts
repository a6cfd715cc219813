// Two species that compete for food: from their numbers on the first day to those of six later days. Regression.
// Input: 43 days; the first gives both numbers, all others 0. Target: both numbers on days 0, 10, 15, 30, 36, 40 and 42. `observed`: the one series of
// counts of Su 2018 in every batch; `drawn`: the same days from random first numbers, by the equations behind them. Held-out: other first numbers.
// Loss: mean squared error in units of `unit` animals. Chance: the mean of each species over the held-out answers. Solved: an error of one animal.
// Versions: v1.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import { ok } from '../core/result.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import type { ExampleSequence } from '../spec/showing.ts';
import { valueMetrics, type MetricLevels } from '../spec/task-metrics.ts';
import { floats, type Batch, type FeatureStream, type ValueTarget } from './streams.ts';
import type { Task, TaskDef } from './task.ts';
import { counts, days, trajectory, type Both } from './two-species-data.ts';

const fields = {
  data: {
    kind: 'choice',
    label: 'Counts',
    help: 'The one observed series, which a system is fitted to, or series from random first numbers.',
    default: 'drawn',
    choices: [
      { value: 'drawn', label: 'random starts' },
      { value: 'observed', label: 'observed' },
    ],
    paper: 'the observed series',
  },
  unit: {
    kind: 'int',
    label: 'Animals in one unit',
    symbol: 'unit',
    help: 'Numbers are read and answered in units of so many animals. With 100 they are near 1, as networks need them; constants of nature belong to 1.',
    default: 1,
    min: 1,
    max: 1000,
    paper: '1',
  },
  evalSequences: {
    kind: 'int',
    label: 'Held-out sequences',
    help: 'How many fixed sequences each evaluation uses.',
    unit: 'sequences',
    default: 64,
    min: 1,
    max: 65536,
    advanced: true,
  },
} as const satisfies Fields;

export const twoSpecies: TaskDef = {
  id: 'two-species-v1',
  title: 'Two species',
  summary: 'From the numbers of two competing species on the first day, give those of six later days.',
  group: 'numbers',
  kind: 'regression',
  fields,
  needs: null,
  prepare: (values) => ok(taskOf(values)),
};

const arrivals = {
  name: 'arrivals',
  kind: 'features',
  width: 2,
  meaning: 'animals of both species that arrive on this day',
} as const satisfies FeatureStream;

const numbers = {
  name: 'numbers',
  kind: 'values',
  width: 2,
  mask: 'counted',
  at: 'each',
  meaning: 'animals of both species on the days on which they were counted',
} as const satisfies ValueTarget;

/** First numbers are whole and lie in this range. */
const [least, range] = [50, 350];

const drawn = (random: RandomStream): Both => [least + random.below(range), least + random.below(range)];
const heldOut = (index: number): Both => drawn(new RandomStream(0, 'two-species/held-out', index));

interface Counted {
  readonly day: number;
  readonly both: Both;
}

/** What is counted of a series from these first numbers. */
function countedFrom(start: Both): readonly Counted[] {
  const all = trajectory(start);
  return counts.map(({ day }) => ({ day, both: itemAt(all, day) }));
}

function taskOf(values: FieldValues): Task {
  const [unit, count] = [Number(values['unit']), Number(values['evalSequences'])];
  const { variance, levels } = chanceOf(count, unit);
  const observed = values['data'] === 'observed';
  return {
    inputs: [arrivals],
    target: numbers,
    metrics: valueMetrics({ variance, scale: unit }),
    trainLength: days,
    evalLength: days,
    evalSequences: count,
    chance: { constant: levels, blind: null },
    solved: { 'val/loss': 1 / unit ** 2 },
    train: (batch, random) => {
      for (let row = 0; row < batch.size; row++)
        write(batch, row, observed ? counts : countedFrom(drawn(random)), unit);
    },
    evaluate: (batch, first) => {
      for (let row = 0; row < batch.size; row++) {
        const index = first + row;
        write(batch, row, index < count ? countedFrom(heldOut(index)) : [], unit);
      }
    },
    read: (row) => read(row, unit),
    inUnit: (value) => value * unit,
    close: 1,
    names: null,
    text: null,
  };
}

/** Fills a row; no counts: nothing arrives and nothing counts. */
function write(batch: Batch, row: number, series: readonly Counted[], unit: number): void {
  const { length } = batch;
  const parts = [arrivals.name, numbers.name, numbers.mask].map((name) =>
    floats(batch, name).subarray(2 * row * length, 2 * (row + 1) * length),
  );
  for (const part of parts) part.fill(0);
  const [x, y, mask] = [itemAt(parts, 0), itemAt(parts, 1), itemAt(parts, 2)];
  for (const { day, both } of series) {
    const inUnits = both.map((animals) => animals / unit);
    y.set(inUnits, 2 * day);
    mask.set([1, 1], 2 * day);
    if (day === 0) x.set(inUnits, 0);
  }
}

/** The best constant of each species over the held-out answers: the mean for squares, the median for distances. */
function chanceOf(count: number, unit: number): { readonly variance: number; readonly levels: MetricLevels } {
  const series = Array.from({ length: count }, (_, i) => countedFrom(heldOut(i))).flat();
  const species = ([0, 1] as const).map((i) => series.map(({ both }) => both[i] / unit).toSorted((a, b) => a - b));
  const mean = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0) / of.length;
  const distance = (all: readonly number[], to: number, power: number): number =>
    mean(all.map((value) => Math.abs(value - to) ** power));
  const variance = mean(species.map((all) => distance(all, mean(all), 2)));
  const absolute = unit * mean(species.map((all) => distance(all, itemAt(all, all.length >> 1), 1)));
  return {
    variance,
    levels: { 'val/loss': variance, 'val/absolute-error': absolute, 'val/explained-variance': 0 },
  };
}

/** Day by day: the first numbers, and the days on which the numbers are asked for. */
function read(row: Batch, unit: number): ExampleSequence {
  const [x, y, mask] = [floats(row, arrivals.name), floats(row, numbers.name), floats(row, numbers.mask)];
  const shown = (value: number): number => Number((value * unit).toPrecision(4));
  const isCounted = (day: number): boolean => mask[2 * day] === 1;
  const symbols = Array.from({ length: row.length }, (_, day) => {
    if (day > 0)
      return { text: isCounted(day) ? '?' : '·', role: isCounted(day) ? ('ask' as const) : ('blank' as const) };
    return { text: `${shown(itemAt(x, 0))}/${shown(itemAt(x, 1))}`, role: 'data' as const };
  });
  const asked = symbols.flatMap((_, day) =>
    isCounted(day) ? [0, 1].map((output) => ({ at: day, output, wanted: shown(itemAt(y, 2 * day + output)) })) : [],
  );
  return { symbols, asked };
}
