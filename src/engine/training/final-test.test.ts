// The third part of the data: training and its evaluations are the same whatever lies in it, and at the end it is judged by the last weights
// and by those of the lowest validation loss, each as an evaluation would judge them.
import { describe, expect, it } from 'vitest';
import { unwrap } from '../core/result.ts';
import { drawnDemand, drawnShapes, drawnWaves } from '../data/drawn.ts';
import type { LabelledSet, TaskData } from '../data/labelled.ts';
import type { TableSet } from '../data/table.ts';
import { loadDevice } from '../device/registry.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import type { TrainingCursor } from '../spec/training-cursor.ts';
import { smallSpec, smallText, type SmallRun } from '../verify/small-run.ts';
import { prepareRun } from './prepare.ts';
import type { Resume, TrainingRun } from './training-run.ts';

type Points = Map<string, (number | null)[]>;
type Saved = Partial<
  Record<'latest' | 'best' | 'kept', { readonly cursor: TrainingCursor; readonly bytes: Uint8Array }>
>;

async function start(spec: RunSpec, data: TaskData, resume: Resume | null = null) {
  const points: Points = new Map();
  const saved: Saved = {};
  const device = await loadDevice('cpu');
  const run = unwrap(
    await prepareRun({
      spec,
      data,
      device,
      resume,
      listener: {
        metrics: (columns) => {
          for (const { metric, value } of columns) points.set(metric, [...(points.get(metric) ?? []), ...value]);
        },
        checkpoint: (kind, cursor, bytes) => void (saved[kind] = { cursor, bytes }),
      },
    }),
  );
  return { run, points, saved };
}

async function toEnd(run: TrainingRun): Promise<void> {
  while ((await run.slice({ seconds: 60, steps: null }, () => false)).outcome === 'slice');
}

async function trained(spec: RunSpec, data: TaskData, resume: Resume | null = null) {
  const started = await start(spec, data, resume);
  await toEnd(started.run);
  await started.run.dispose();
  return started;
}

/** Evaluations overfit the little that is learned, so the best weights are not the last. */
const small: SmallRun = { device: 'cpu', training: { batch: 8, evaluateEvery: 5, learningRate: 0.05 } };
const specOf = (run: SmallRun): RunSpec =>
  smallSpec({ ...small, ...run, training: { ...small.training, ...run.training } });

const shares = { heldOut: 0.2, test: 0.2 };
const table: SmallRun = {
  task: 'forecast-v1',
  taskFields: {
    ...shares,
    scale: 'none',
    lookback: 6,
    horizon: 2,
    target: 'demand_kw',
    inputs: 'temperature_c',
    evalSequences: 65536,
  },
};

/** Other numbers, and gaps, in the last fifth of the rows. */
function otherRows(set: TableSet): TableSet {
  const from = Math.floor(0.8 * set.rows + 1e-6);
  const change = (value: number, row: number): number => (row < from ? value : row % 3 === 0 ? NaN : 100 - 2 * value);
  const columns = set.columns.map((column) =>
    column.type === 'number' ? { ...column, values: column.values.map(change) } : column,
  );
  return { ...set, columns };
}

/** Of each class the last fifth of the sequences, and nothing else. */
function otherSequences(set: LabelledSet): LabelledSet {
  const values = set.values.slice();
  const count = set.names.map((_, one) => set.classes.filter((other) => other === one).length);
  const seen = set.names.map(() => 0);
  let at = 0;
  set.classes.forEach((one, i) => {
    const wide = set.lengths[i] * set.width;
    if (seen[one]++ >= count[one] - Math.floor(count[one] * shares.test)) values.fill(7, at, at + wide);
    at += wide;
  });
  return { ...set, values };
}

function otherText(text: string): string {
  const from = Math.floor(0.8 * text.length + 1e-6);
  return text.slice(0, from) + [...text.slice(from)].toReversed().join('');
}

const cases: readonly (readonly [string, SmallRun, TaskData, TaskData])[] = [
  ['rows of a table', table, drawnDemand(), otherRows(drawnDemand())],
  [
    'rows of a table that is scaled',
    { ...table, taskFields: { ...table.taskFields, scale: 'train', evalSequences: 32 } },
    drawnDemand(),
    otherRows(drawnDemand()),
  ],
  ['labelled series', { task: 'series-classes-v1', taskFields: shares }, drawnWaves(), otherSequences(drawnWaves())],
  ['pictures', { task: 'image-classes-v1', taskFields: shares }, drawnShapes(), otherSequences(drawnShapes())],
  ['a text', { task: 'char-text-v1', taskFields: { ...shares, length: 16 } }, smallText, otherText(smallText)],
];

describe('the test part', () => {
  it.each(cases)('of %s changes no number of training and validation', async (_, run, data, other) => {
    const spec = specOf({ ...run, budget: { unit: 'steps', amount: 10 } });
    const [one, two] = [await trained(spec, data), await trained(spec, other)];
    const own = [...one.points.keys()].filter((name) => /^(train|val)\//.test(name));
    expect(own).toEqual(expect.arrayContaining(['train/loss', 'val/loss']));
    for (const name of own) expect(two.points.get(name), name).toEqual(one.points.get(name));
    const levels = ({ run: { facts } }: typeof one) => facts.metrics.filter(({ name }) => name.startsWith('val/'));
    expect(levels(two)).toEqual(levels(one));
    expect(two.run.facts.floors).toEqual(one.run.facts.floors);
    const tested = [...one.points.keys()].filter((name) => name.startsWith('test/'));
    expect(tested).toEqual(expect.arrayContaining(['test/loss', 'test/best/loss']));
    for (const name of tested) expect(one.points.get(name)).toHaveLength(1);
    expect(two.points.get('test/loss')).not.toEqual(one.points.get('test/loss'));
  });

  it('is judged as held-out data would be, by the last weights and by the best', async () => {
    const spec = specOf({
      ...table,
      training: { learningRate: 1, schedule: 'constant' },
      budget: { unit: 'steps', amount: 40 },
    });
    const { points, saved, run } = await trained(spec, drawnDemand());
    expect(saved.best?.cursor.step).toBeLessThan(40);
    // The same rows as the held-out part of a run that trains on the rest.
    const asHeldOut = specOf({
      ...table,
      taskFields: { ...table.taskFields, test: 0 },
      training: { evaluateAtStart: true },
    });
    for (const [kind, prefix] of [
      ['latest', 'test/'],
      ['best', 'test/best/'],
    ] as const) {
      const judged = await start(asHeldOut, drawnDemand());
      unwrap(await judged.run.loadWeights(saved[kind]?.bytes ?? new Uint8Array()));
      await judged.run.slice({ seconds: 60, steps: 1 }, () => false);
      await judged.run.dispose();
      for (const name of ['loss', 'absolute-error'])
        expect(points.get(`${prefix}${name}`), name).toEqual([judged.points.get(`val/${name}`)?.[0]]);
      // Against the constant answer of the rows that were learned, which are fewer here.
      const loss = points.get(`${prefix}loss`)?.[0] ?? NaN;
      const constant = run.facts.metrics.find(({ name }) => name === `${prefix}loss`)?.chance ?? NaN;
      expect(points.get(`${prefix}explained-variance`)?.[0]).toBeCloseTo(1 - loss / constant, 12);
    }
    const own = run.facts.metrics.filter(({ name }) => name.startsWith('test/'));
    expect(own.map(({ name }) => name)).toEqual(
      ['test/', 'test/best/'].flatMap((prefix) =>
        ['loss', 'absolute-error', 'explained-variance'].map((name) => prefix + name),
      ),
    );
  });

  it('leaves the weights as they were, and a run that continues knows its best ones', async () => {
    const spec = specOf({
      ...table,
      training: { learningRate: 1, schedule: 'constant' },
      budget: { unit: 'steps', amount: 40 },
    });
    const whole = await start(spec, drawnDemand());
    await toEnd(whole.run);
    const tensorsOf = (bytes: Uint8Array): Uint8Array => {
      const view = Buffer.from(bytes);
      return view.subarray(8 + Number(view.readBigUInt64LE()));
    };
    expect(tensorsOf(await whole.run.save())).toEqual(tensorsOf(whole.saved.latest?.bytes ?? new Uint8Array()));
    const half = await start(spec, drawnDemand());
    await half.run.slice({ seconds: 60, steps: 37 }, () => false);
    const [bytes, cursor, best] = [await half.run.save(), half.run.cursor(), half.saved.best?.bytes];
    const rest = await trained(spec, drawnDemand(), { bytes, cursor, ...(best === undefined ? {} : { best }) });
    for (const name of ['test/loss', 'test/best/loss']) expect(rest.points.get(name)).toEqual(whole.points.get(name));
    for (const { run } of [whole, half]) await run.dispose();
  });

  it('is absent unless it is asked for', async () => {
    const spec = specOf({
      ...table,
      taskFields: { ...table.taskFields, test: 0 },
      budget: { unit: 'steps', amount: 5 },
    });
    const { test: _, ...older } = spec.task.fields;
    const [now, then] = [
      await trained(spec, drawnDemand()),
      await trained({ ...spec, task: { ...spec.task, fields: older } }, drawnDemand()),
    ];
    expect(then.points.get('val/loss')).toEqual(now.points.get('val/loss'));
    for (const { points, run } of [now, then]) {
      expect([...points.keys()].filter((name) => name.startsWith('test/'))).toEqual([]);
      expect(run.facts.metrics.filter(({ name }) => name.startsWith('test/'))).toEqual([]);
    }
  });

  it('must leave something to test on', async () => {
    const device = await loadDevice('cpu');
    const listener = { metrics: () => undefined, checkpoint: () => undefined };
    for (const [run, data] of [
      [{ ...table, taskFields: { ...table.taskFields, test: 0.0001 } }, drawnDemand()],
      [{ task: 'char-text-v1', taskFields: { ...shares, test: 0.001, length: 16 } }, smallText],
      [{ task: 'series-classes-v1', taskFields: { ...shares, test: 0.0001 } }, drawnWaves()],
    ] as const) {
      const made = await prepareRun({ spec: specOf(run), data, device, listener, resume: null });
      expect(made).toMatchObject({ ok: false, error: { field: 'task.fields.test' } });
    }
  });
});
