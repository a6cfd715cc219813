// A class for a whole sequence: labelled series step by step, pictures row by row or point by point. As in published sequence benchmarks
// (sequential MNIST, UCR). Split: of each class a share is held out, and the last of it kept for the test, in the order of the file. Values are scaled by mean and
// deviation of the training part. Shorter series are filled up with zeros before they begin, so that the last step is always real. Loss:
// cross-entropy, one answer a sequence, at its last step or as the mean over its steps. Versions: v1.
import { itemAt } from '../core/item.ts';
import { RandomStream } from '../core/philox.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { asIs, type Message, say } from '../core/say.ts';
import type { LabelledKind, LabelledSet, TaskData } from '../data/labelled.ts';
import type { Fields, FieldValues } from '../spec/fields.ts';
import { classMetrics } from '../spec/task-metrics.ts';
import type { ExampleSequence, Picture } from '../spec/showing.ts';
import { classChance } from './chance.ts';
import { floats, ints, stepWidth, type Batch, type FeatureStream, type ImageStream } from './streams.ts';
import { chanceOf, scaleOf, splitOf, startsOf, type ScaleOfValues, type Split } from './labelled-parts.ts';
import type { Task, TaskDef } from './task.ts';
import { nothingToTest, spreadOver, testField, testShareOf } from './test-part.ts';

const shared = {
  answer: {
    kind: 'choice',
    label: 'Answer',
    help: 'Where a sequence is answered: from the last step, or from the mean over all steps.',
    default: 'last',
    choices: [
      { value: 'last', label: 'at the last step' },
      { value: 'pooled', label: 'mean over the steps' },
    ],
  },
  heldOut: {
    kind: 'float',
    label: 'Held-out share',
    help: 'Share of each class, at the end of the file, that is kept for validation.',
    default: 0.2,
    min: 0.01,
    max: 0.5,
    advanced: true,
  },
  test: testField('Share of each class, at the very end of the file, that training and validation never see.'),
  evalSequences: {
    kind: 'int',
    label: 'Held-out sequences',
    help: 'How many of the held-out sequences each evaluation uses.',
    unit: 'sequences',
    default: 256,
    min: 1,
    max: 65536,
    advanced: true,
  },
} as const satisfies Fields;

export const seriesClasses: TaskDef = {
  id: 'series-classes-v1',
  title: 'Labelled series',
  summary: 'Say of which class a series of numbers is; your own tables, or waves that the program draws.',
  group: 'own',
  kind: 'classification',
  fields: {
    dataset: {
      kind: 'text',
      label: 'Series',
      help: 'The series to learn: those that the program draws, or a file of your own (UCR .tsv or .ts, .jsonl, .npy).',
      default: 'drawn-waves',
      maxLength: 200,
    },
    ...shared,
  },
  needs: 'series',
  prepare: (values, data) => prepare(values, data, 'series'),
};

export const imageClasses: TaskDef = {
  id: 'image-classes-v1',
  title: 'Pictures as sequences',
  summary: 'Say what a picture shows, read row by row or point by point (sequential MNIST).',
  group: 'own',
  kind: 'classification',
  fields: {
    dataset: {
      kind: 'text',
      label: 'Pictures',
      help: 'The pictures to learn: outlines that the program draws, or files of your own (IDX as MNIST has it, .npy).',
      default: 'drawn-shapes',
      maxLength: 200,
    },
    steps: {
      kind: 'choice',
      label: 'Read',
      help: 'One row of the picture at each step, or one point; shuffled: the points of all pictures in one fixed random order.',
      default: 'rows',
      choices: [
        { value: 'rows', label: 'row by row' },
        { value: 'pixels', label: 'point by point' },
        { value: 'shuffled', label: 'point by point, shuffled' },
      ],
    },
    ...shared,
  },
  needs: 'images',
  prepare: (values, data) => prepare(values, data, 'images'),
};

interface Plan extends Split {
  readonly set: LabelledSet;
  readonly stream: FeatureStream | ImageStream;
  readonly length: number;
  /** First number of each sequence. */
  readonly starts: readonly number[];
  readonly scale: ScaleOfValues;
  /** Which point of the picture is read at each step; null = as they lie. */
  readonly order: readonly number[] | null;
}

const kindWords: Readonly<Record<LabelledKind | 'table', Message>> = {
  series: say`series`,
  images: say`pictures`,
  table: say`a table`,
};

function prepare(values: FieldValues, data: TaskData | null, kind: LabelledKind): Result<Task> {
  const name = String(values['dataset']);
  if (data === null || typeof data === 'string' || data.kind !== kind) {
    const got = data === null ? say`nothing` : typeof data === 'string' ? say`a text` : kindWords[data.kind];
    const message = say`Data "${asIs(name)}" must be here and hold ${kindWords[kind]}, got ${got}.`;
    return fail('not-found', message, { field: 'task.fields.dataset' });
  }
  const longest = data.lengths.reduce((most, length) => Math.max(most, length), 0);
  const pooled = values['answer'] === 'pooled';
  if (pooled && data.lengths.some((length) => length !== longest)) {
    return fail(
      'bad-input',
      say`The mean over the steps needs series of one length, got up to ${longest} steps and fewer.`,
      {
        field: 'task.fields.answer',
        cure: say`Answer at the last step.`,
      },
    );
  }
  const share = testShareOf(values);
  const split = splitOf(data, { heldOut: Number(values['heldOut']), test: share });
  if (split.training.length === 0 || split.heldOut.length === 0) {
    const message = say`Held-out share must leave sequences in both parts, got ${split.training.length} to learn from and ${split.heldOut.length} held out.`;
    return fail('bad-input', message, { field: 'task.fields.heldOut' });
  }
  if (share > 0 && split.test.length === 0)
    return fail('bad-input', nothingToTest(share), { field: 'task.fields.test' });
  const stream = streamOf(data, values['steps'] === 'pixels' || values['steps'] === 'shuffled' ? 'pixels' : 'rows');
  const starts = startsOf(data);
  const length = stream.kind === 'image' ? data.width / stepWidth(stream) : longest;
  const order =
    values['steps'] === 'shuffled' ? new RandomStream(0, 'image-classes/order').choose(length, length) : null;
  const plan = { set: data, stream, length, starts, ...split, scale: scaleOf(data, starts, split.training), order };
  return ok(taskOf(plan, Number(values['evalSequences']), pooled ? 'pooled' : 'last'));
}

function streamOf({ shape, width }: LabelledSet, steps: 'rows' | 'pixels'): Plan['stream'] {
  if (shape === null) return { name: 'series', kind: 'features', width, meaning: 'the values of a step' };
  return { name: 'picture', kind: 'image', shape, steps, meaning: 'the points of a picture' };
}

function taskOf(plan: Plan, most: number, at: 'last' | 'pooled'): Task {
  const { set, stream, length, training, heldOut, test } = plan;
  // Spread over the held-out part, so that every class occurs however the file is sorted.
  const chosen = spreadOver(heldOut.length, most).map((place) => itemAt(heldOut, place));
  const tested = spreadOver(test.length).map((place) => itemAt(test, place));
  const fillWith =
    (indexes: readonly number[]): Task['evaluate'] =>
    (batch, first) => {
      for (let row = 0; row < batch.size; row++) write(plan, batch, row, indexes[first + row] ?? null);
    };
  const total = training.reduce((sum, index) => sum + stepsOf(plan, index), 0);
  return {
    inputs: [stream],
    target: { name: 'class', kind: 'classes', classes: set.names.length, at, meaning: 'what the sequence is' },
    metrics: classMetrics,
    trainLength: length,
    evalLength: length,
    trainTokens: total / training.length,
    evalSequences: chosen.length,
    chance: classChance(chanceOf(set, training, chosen)),
    solved: {},
    train: (batch, random) => trainBatch(plan, batch, random),
    evaluate: fillWith(chosen),
    ...(tested.length === 0
      ? {}
      : {
          test: {
            evalSequences: tested.length,
            metrics: classMetrics,
            constant: classChance(chanceOf(set, training, tested)).constant,
            evaluate: fillWith(tested),
          },
        }),
    read: (row) => read(plan, row),
    names: set.names,
    text: null,
  };
}

const stepsOf = ({ set, stream, length }: Plan, index: number): number =>
  stream.kind === 'image' ? length : (set.lengths[index] ?? length);

function trainBatch(plan: Plan, batch: Batch, random: RandomStream): void {
  const { training } = plan;
  for (let row = 0; row < batch.size; row++) write(plan, batch, row, training[random.below(training.length)] ?? null);
}

/** Where number `i` of a shuffled picture lies in the picture itself; the channels of a point stay together. */
function placeOf(order: readonly number[], stream: Plan['stream'], i: number): number {
  const channels = stepWidth(stream);
  return itemAt(order, Math.floor(i / channels)) * channels + (i % channels);
}

/** Null = past the end: nothing, and no loss. */
function write({ set, stream, starts, scale, order }: Plan, batch: Batch, row: number, index: number | null): void {
  const x = floats(batch, stream.name);
  const each = x.length / batch.size;
  x.fill(0, row * each, (row + 1) * each);
  ints(batch, 'class')[row] = index === null ? -1 : itemAt(set.classes, index);
  if (index === null) return;
  const [start, count] = [itemAt(starts, index), itemAt(set.lengths, index) * set.width];
  const at = (row + 1) * each - count;
  if (order === null)
    for (let i = 0; i < count; i++) x[at + i] = (itemAt(set.values, start + i) - scale.mean) / scale.deviation;
  else
    for (let i = 0; i < count; i++)
      x[at + i] = (itemAt(set.values, start + placeOf(order, stream, i)) - scale.mean) / scale.deviation;
}

function read(plan: Plan, row: Batch): ExampleSequence {
  const { set, stream, scale, order } = plan;
  const x = floats(row, stream.name);
  const values: number[] = [];
  for (const [i, value] of x.entries())
    values[order === null ? i : placeOf(order, stream, i)] = value * scale.deviation + scale.mean;
  const [wanted = 0] = ints(row, 'class');
  if (stream.kind === 'image') return { symbols: [], picture: pictureOf(stream, values), asked: [{ at: 0, wanted }] };
  const before = x.findIndex((value) => value !== 0);
  const begin = Math.max(0, Math.floor(before / set.width));
  const symbols = Array.from({ length: row.length - begin }, (_, t) => ({
    text: values
      .slice((begin + t) * set.width, (begin + t + 1) * set.width)
      .map((value) => value.toFixed(2))
      .join(' '),
    role: 'data' as const,
  }));
  return { symbols, asked: [{ at: symbols.length - 1, wanted }] };
}

/** Points from 0 (darkest in the set) to 255 (brightest). */
function pictureOf({ shape: [height, width, channels] }: ImageStream, values: readonly number[]): Picture {
  const low = Math.min(...values);
  const range = Math.max(...values) - low;
  return {
    height,
    width,
    channels,
    points: values.map((value) => (range > 0 ? Math.round((255 * (value - low)) / range) : 0)),
  };
}
