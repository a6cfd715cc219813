// Tasks with one answer a sequence, and tasks of several streams, through the real training: devices agree, and the tasks can be learned.
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../core/philox.ts';
import { unwrap } from '../core/result.ts';
import { english } from '../core/say.ts';
import { readIdx } from '../data/array-files.ts';
import { drawnShapes, drawnWaves } from '../data/drawn.ts';
import { labelledArrays } from '../data/labelled-arrays.ts';
import type { TaskData } from '../data/labelled.ts';
import { loadDevice, type DeviceKind } from '../device/registry.ts';
import { defaultsOf, type FieldValues } from '../spec/fields.ts';
import type { MetricColumns } from '../spec/metrics.ts';
import { valueMetrics } from '../spec/task-metrics.ts';
import { smallSpec, type SmallRun } from '../verify/small-run.ts';
import { answersOf, heldOutExamples } from '../training/examples.ts';
import { startingValues } from '../models/initialisers/registry.ts';
import type { StackConfig, StackInput } from '../models/stack.ts';
import { prepareRun } from '../training/prepare.ts';
import { buildProgram, feed, feedsOf, names } from '../training/program.ts';
import { setUpRun } from '../training/setup.ts';
import { imageClasses, seriesClasses } from './labelled.ts';
import { floats, ints, makeBatch, partOf, stepWidth } from './streams.ts';
import type { Task } from './task.ts';

const taskOf = (def: typeof imageClasses, data: TaskData, values: FieldValues = {}): Task =>
  unwrap(def.prepare({ ...defaultsOf(def.fields), ...values }, data));

async function train(
  run: SmallRun & { readonly device?: DeviceKind },
  data: TaskData,
): Promise<ReadonlyMap<string, readonly (number | null)[]>> {
  const spec = smallSpec(run);
  const points = new Map<string, (number | null)[]>();
  const metrics = (columns: readonly MetricColumns[]): void => {
    for (const { metric, value } of columns) points.set(metric, [...(points.get(metric) ?? []), ...value]);
  };
  const listener = { metrics, checkpoint: () => undefined };
  const device = await loadDevice(run.device ?? 'cpu');
  const prepared = unwrap(await prepareRun({ spec, data, device, listener, resume: null }));
  await prepared.slice({ seconds: 60, steps: null }, () => false);
  await prepared.dispose();
  return points;
}

const small = { fields: { d: 12 }, training: { batch: 16, learningRate: 0.01, evaluateEvery: 1000 } } as const;

describe('sequential MNIST from IDX files', () => {
  /** As the files of MNIST: big-endian header, then a byte for each point; every picture has one bright point of its own. */
  const idx = (extents: readonly number[], at: (i: number) => number): Uint8Array => {
    const count = extents.reduce((all, extent) => all * extent, 1);
    const bytes = new Uint8Array(4 + 4 * extents.length + count);
    bytes.set([0, 0, 8, extents.length]);
    extents.forEach((extent, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, extent));
    for (let i = 0; i < count; i++) bytes[4 + 4 * extents.length + i] = at(i);
    return bytes;
  };
  const points = 28 * 28;
  const pictures = unwrap(
    readIdx(
      'images',
      idx([20, 28, 28], (i) => (i % points === 13 * Math.floor(i / points) ? 255 : 0)),
    ),
  );
  const labels = unwrap(
    readIdx(
      'labels',
      idx([20], (i) => i % 10),
    ),
  );
  const set = unwrap(labelledArrays('mnist', pictures, labels));
  const brightest = (steps: string, example: number) => {
    const task = taskOf(imageClasses, set, { steps });
    const batch = makeBatch(task, 1, task.evalLength);
    task.evaluate(batch, example);
    const x = floats(batch, 'picture');
    return { task, step: x.indexOf(Math.max(...x)), shown: task.read(batch).picture?.points.indexOf(255) };
  };

  it('reads 784 points in order, or all pictures in one other order that people see put right', () => {
    const straight = Array.from({ length: 10 }, (_, i) => brightest('pixels', i));
    const shuffled = Array.from({ length: 10 }, (_, i) => brightest('shuffled', i));
    const [{ task }] = straight;
    expect(task.evalLength).toBe(784);
    expect(task.names).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(straight.map(({ step }) => step)).toEqual(straight.map(({ shown }) => shown));
    expect(shuffled.map(({ shown }) => shown)).toEqual(straight.map(({ shown }) => shown));
    const moved = shuffled.filter(({ step, shown }) => step !== shown);
    expect(moved.length).toBeGreaterThan(7);
    expect(new Set(shuffled.map(({ step }) => step)).size).toBe(10);
  });
});

describe('one answer a sequence', () => {
  it.each([
    ['image-classes-v1', { answer: 'last', steps: 'rows' }, drawnShapes()],
    ['image-classes-v1', { answer: 'pooled', steps: 'pixels' }, drawnShapes()],
    ['image-classes-v1', { answer: 'last', steps: 'shuffled' }, drawnShapes()],
    ['series-classes-v1', { answer: 'last' }, drawnWaves()],
  ] as const)('%s %j: the cpu computes what the reference computes', async (task, answer, data) => {
    const run = {
      ...small,
      task,
      taskFields: { ...answer, evalSequences: 12 },
      budget: { unit: 'steps', amount: 3 },
    } as const;
    const [cpu, exact] = [
      await train({ ...run, device: 'cpu' }, data),
      await train({ ...run, device: 'reference' }, data),
    ];
    for (const metric of ['train/loss', 'val/loss', 'val/accuracy']) {
      const wanted = exact.get(metric) ?? [];
      expect(wanted.length).toBeGreaterThan(0);
      (cpu.get(metric) ?? []).forEach((value, i) => expect(value).toBeCloseTo(wanted[i] ?? NaN, 4));
    }
  });

  it('learns what pictures show, far beyond a guess', async () => {
    const run = {
      ...small,
      task: 'image-classes-v1',
      fields: { d: 24 },
      budget: { unit: 'steps', amount: 400 },
    } as const;
    const accuracy = (await train(run, drawnShapes())).get('val/accuracy')?.at(-1) ?? 0;
    expect(taskOf(imageClasses, drawnShapes()).chance.constant['val/accuracy']).toBeCloseTo(0.25, 2);
    expect(accuracy).toBeGreaterThan(0.6);
  });
});

describe('batches of labelled sequences', () => {
  it('rows and points are the same numbers in the same order', () => {
    const [rows, points] = (['rows', 'pixels'] as const).map((steps) => taskOf(imageClasses, drawnShapes(), { steps }));
    const [a, b] = [rows, points].map((task) => {
      const batch = makeBatch(task, 3, task.trainLength);
      task.train(batch, new RandomStream(1, 'data', 0));
      return floats(batch, 'picture');
    });
    expect([rows.trainLength, points.trainLength]).toEqual([12, 144]);
    expect(a).toEqual(b);
  });

  it('a series ends at the last step, whatever its length, and nothing comes before it', () => {
    const data = drawnWaves();
    const task = taskOf(seriesClasses, data);
    const batch = makeBatch(task, task.evalSequences, task.evalLength);
    task.evaluate(batch, 0);
    const rows = Array.from({ length: batch.size }, (_, i) => partOf(batch.streams, i, batch.size)['series']);
    const starts = rows.map((row) => row.findIndex((value) => value !== 0));
    expect(rows.every((row) => row.at(-1) !== 0)).toBe(true);
    expect(Math.max(...starts)).toBe(Math.max(...data.lengths) - Math.min(...data.lengths));
  });

  it('no held-out sequence is learnt from, and every class is held out', () => {
    const task = taskOf(imageClasses, drawnShapes(), { evalSequences: 65536 });
    const held = makeBatch(task, task.evalSequences, task.evalLength);
    task.evaluate(held, 0);
    const known = new Set(
      Array.from({ length: held.size }, (_, i) => partOf(held.streams, i, held.size)['picture'].join()),
    );
    expect(new Set(ints(held, 'class')).size).toBe(4);
    const batch = makeBatch(task, 64, task.trainLength);
    for (let step = 0; step < 20; step++) {
      task.train(batch, new RandomStream(1, 'data', step));
      for (let i = 0; i < 64; i++) expect(known.has(partOf(batch.streams, i, 64)['picture'].join())).toBe(false);
    }
  });

  it('examples are pictures, and answers are read where the one output is', () => {
    const task = taskOf(imageClasses, drawnShapes());
    const { examples, names } = heldOutExamples(task);
    expect(names).toEqual(['cross', 'ring', 'square', 'bar']);
    for (const { picture } of examples) {
      expect(picture).toMatchObject({ height: 12, width: 12, channels: 1 });
      expect(Math.max(...(picture?.points ?? []))).toBe(255);
    }
    const outputs = [0, 0, 5, 0, 9, 0, 0, 0];
    const given = answersOf(task, { examples: [0, 1], sequences: examples.slice(0, 2), outputs: [outputs] });
    expect(given.answers).toEqual([[2], [0]]);
  });

  it('a mean over series of several lengths is refused, with the cure', () => {
    const result = seriesClasses.prepare({ ...defaultsOf(seriesClasses.fields), answer: 'pooled' }, drawnWaves());
    expect(result.ok ? '' : english(result.error.message)).toContain('needs series of one length');
    expect(result).toMatchObject({ error: { field: 'task.fields.answer' } });
    const text = seriesClasses.prepare(defaultsOf(seriesClasses.fields), 'a text');
    expect(text.ok ? '' : english(text.error.message)).toBe(
      'Data "drawn-waves" must be here and hold series, got a text.',
    );
  });
});

describe('a task of several streams and vectors of values', () => {
  const task: Task = {
    inputs: [
      { name: 'returns', kind: 'features', width: 1, meaning: 'what is still to come' },
      { name: 'states', kind: 'features', width: 3, meaning: 'where it stands' },
    ],
    target: { name: 'actions', kind: 'values', width: 2, mask: 'acted', at: 'each', meaning: 'what to do' },
    metrics: valueMetrics({ variance: 1 }),
    trainLength: 5,
    evalLength: 5,
    evalSequences: 2,
    chance: { constant: { 'val/loss': 1 }, blind: null },
    solved: {},
    train: () => undefined,
    evaluate: () => undefined,
    read: () => ({ symbols: [], asked: [] }),
    names: null,
    text: null,
  };

  it('has a buffer for each by its name', () => {
    const { streams } = makeBatch(task, 4, 5);
    expect(Object.fromEntries(Object.entries(streams).map(([name, { length }]) => [name, length]))).toEqual({
      returns: 20,
      states: 60,
      actions: 40,
      acted: 40,
    });
  });

  /** Squared errors that a run of this task measures on `device`, with all streams filled alike. */
  async function measured(device: DeviceKind, inputs: Task['inputs']): Promise<number> {
    const setup = unwrap(setUpRun(smallSpec({ task: 'adding-v1', fields: { layers: 2 } }), null));
    const read = inputs.flatMap((stream): StackInput[] =>
      stream.kind === 'tokens' ? [] : [{ kind: 'features', width: stepWidth(stream) }],
    );
    const stack: StackConfig = { ...setup.stack, inputs: read, heads: [{ outputs: 2 }] };
    const program = buildProgram({ ...setup, task: { ...task, inputs }, stack, evalBatch: 2 });
    const executable = await (await loadDevice(device)).compile(program, { threads: 1 });
    for (const variable of program.variables)
      if (variable.role === 'weight') executable.write(variable.name, startingValues(variable, 1));
    const state = (at: number, i: number): number => Math.sin(4 * at + i);
    const joined = inputs.length === 1;
    const batch = makeBatch({ ...task, inputs }, 2, 5);
    for (let at = 0; at < 10; at++) {
      for (let i = 0; i < 4; i++) {
        if (joined) floats(batch, 'all')[4 * at + i] = state(at, i);
        else if (i === 0) floats(batch, 'returns')[at] = state(at, 0);
        else floats(batch, 'states')[3 * at + i - 1] = state(at, i);
      }
    }
    floats(batch, 'actions').fill(0.5);
    floats(batch, 'acted').fill(1);
    feed(executable, feedsOf('evaluate', batch.streams));
    executable.run('evaluate');
    const [sum = NaN] = await executable.read(names.measured('squared-error'));
    await executable.dispose();
    return sum;
  }

  it('gives a network the streams beside each other: the same as one stream that holds all, on every device', async () => {
    const exact = await measured('reference', task.inputs);
    expect(exact).toBeGreaterThan(0);
    expect(await measured('reference', [{ name: 'all', kind: 'features', width: 4, meaning: 'both' }])).toBe(exact);
    expect(await measured('cpu', task.inputs)).toBeCloseTo(exact, 4);
  });
});
