// A task with several targets: a head for each, one loss that is the stated sum, the same in parts and on every device, and metrics that
// count the answers of each target by themselves.
import { describe, expect, it } from 'vitest';
import { unwrap } from '../core/result.ts';
import { readSafetensors, writeSafetensors } from '../core/safetensors.ts';
import { loadDevice, type DeviceKind } from '../device/registry.ts';
import type { MetricColumns } from '../spec/metrics.ts';
import { smallSpec, type SmallRun } from '../verify/small-run.ts';
import { answersBy, examplesBy, type Answers } from '../spec/showing.ts';
import { describeRun } from './describe.ts';
import { prepareRun } from './prepare.ts';
import { heldOutExamples } from './examples.ts';
import { setUpRun } from './setup.ts';
import type { Shown } from './showing.ts';
import type { TrainingRun } from './training-run.ts';

const small: SmallRun = {
  task: 'adding-order-v1',
  taskFields: { length: 5, evalSequences: 6 },
  fields: { d: 4, mlp: false, conv: false },
  training: {
    batch: 4,
    optimiser: 'sgd',
    momentum: 0,
    clip: 0,
    weightDecay: 0,
    schedule: 'constant',
    learningRate: 0.02,
  },
  budget: { unit: 'steps', amount: 3 },
};

type Points = ReadonlyMap<string, readonly (number | null)[]>;

interface Trained {
  readonly run: TrainingRun;
  readonly points: Points;
  readonly shown: readonly Answers[];
}

async function trained(given: SmallRun, steps: number, bytes: Uint8Array | null = null): Promise<Trained> {
  const found = new Map<string, (number | null)[]>();
  const metrics = (columns: readonly MetricColumns[]): void => {
    for (const { metric, value } of columns) found.set(metric, [...(found.get(metric) ?? []), ...value]);
  };
  const spec = smallSpec({ ...small, ...given });
  const device = await loadDevice((given.device ?? 'reference') as DeviceKind);
  const shown: Answers[] = [];
  const tell = (_: number, all: readonly Shown[]): void => {
    for (const one of all) if (one.kind === 'answers') shown.push(one.answers);
  };
  const listener = { metrics, checkpoint: () => undefined, shown: tell };
  const run = unwrap(await prepareRun({ spec, data: null, device, listener, resume: null }));
  if (bytes !== null) unwrap(await run.loadWeights(bytes));
  if (steps > 0) await run.slice({ seconds: 3600, steps }, () => false);
  return { run, points: found, shown };
}

const trainingLosses = ['train/loss', 'train/loss/sum', 'train/loss/order'] as const;

const weightsOf = (bytes: Uint8Array): ReadonlyMap<string, Float64Array> => {
  const { tensors } = unwrap(readSafetensors(bytes));
  const own = [...tensors].filter(([name]) => !name.startsWith('optimiser/'));
  return new Map(own.map(([name, { data }]) => [name, Float64Array.from(data as Float64Array)]));
};

describe('several targets', () => {
  it('have a gradient that is the slope of their loss, for every weight, in float64', async () => {
    const before = await trained({}, 0);
    const start = await before.run.save();
    const { tensors, metadata } = unwrap(readSafetensors(start));
    const lossAt = async (name: string, place: number, by: number): Promise<number> => {
      const moved = new Map([...tensors].filter(([one]) => !one.startsWith('optimiser/')));
      const { dtype, shape } = moved.get(name)!;
      const data = Float64Array.from(moved.get(name)!.data as Float64Array);
      data[place] += by;
      moved.set(name, { dtype, shape, data });
      const { points } = await trained({}, 1, writeSafetensors({ tensors: moved, metadata }));
      return points.get('train/loss')?.[0] ?? NaN;
    };
    const from = weightsOf(start);
    const after = await trained({}, 1);
    const to = weightsOf(await after.run.save());
    expect([...from.keys()].filter((name) => name.startsWith('head'))).toEqual(['head/weight', 'head/order/weight']);
    for (const [name, values] of from) {
      const place = values.length >> 1;
      const gradient = ((values[place] ?? NaN) - (to.get(name)?.[place] ?? NaN)) / 0.02;
      const slope = ((await lossAt(name, place, 1e-5)) - (await lossAt(name, place, -1e-5))) / 2e-5;
      expect(gradient, name).toBeCloseTo(slope, 6);
    }
  });

  it('add up to the stated loss, each counted by itself', async () => {
    const { points } = await trained({}, 3);
    const [total = [], sum = [], order = []] = ['val/loss', 'val/sum-loss', 'val/order-loss'].map((name) =>
      points.get(name),
    );
    expect(total.length).toBeGreaterThan(1);
    total.forEach((loss, i) => expect(loss).toBeCloseTo((sum[i] ?? NaN) + (order[i] ?? NaN) / 4, 12));
    const trainedBy = trainingLosses.map((name) => points.get(name) ?? []);
    expect(trainedBy.map(({ length }) => length)).toEqual([3, 3, 3]);
    const [whole = [], ofSum = [], ofOrder = []] = trainedBy;
    whole.forEach((loss, i) => expect(loss).toBeCloseTo((ofSum[i] ?? NaN) + (ofOrder[i] ?? NaN) / 4, 12));
    for (const share of points.get('val/order-accuracy') ?? [])
      expect((share ?? NaN) * 6).toBeCloseTo(Math.round((share ?? NaN) * 6), 9);
  });

  it('tell the loss of each as a metric of the run, those with one target nothing', async () => {
    const { run } = await trained({}, 0);
    const parts = run.facts.metrics.filter(({ name }) => name.startsWith('train/'));
    expect(parts.map(({ name, unit, better }) => [name, unit, better])).toEqual([
      ['train/loss/sum', '', 'lower'],
      ['train/loss/order', 'nats', 'lower'],
    ]);
    const plain = unwrap(await describeRun(smallSpec({ ...small, task: 'adding-v1' }), null));
    expect(plain.metrics.filter(({ name }) => name.startsWith('train/'))).toEqual([]);
  });

  it('train the same in parts as at once', async () => {
    const whole = await trained({}, 3);
    const parts = await trained({ training: { ...small.training, accumulate: 2 } }, 3);
    for (const name of [...trainingLosses, 'val/loss', 'val/order-loss'])
      whole.points.get(name)?.forEach((value, i) => expect(parts.points.get(name)?.[i]).toBeCloseTo(value ?? NaN, 10));
  });

  it.each(['reference', 'cpu', 'tensorflow', 'webgpu'] as const)(
    'are answered on %s as evaluation counts each of them, and stored by their names',
    async (device) => {
      const given: SmallRun = { ...small, device, budget: { unit: 'steps', amount: 3 } };
      const { run, points, shown } = await trained(given, 3);
      const task = heldOutExamples(unwrap(setUpRun(smallSpec(given), null)).task);
      const told = shown.at(-1);
      if (told === undefined) throw new Error('answers are expected');
      expect([task.examples.length, told.examples.length]).toEqual([6, 6]);
      expect(told.further?.map(({ target }) => target)).toEqual(['order']);
      const [sum, order] = (task.targets ?? []).map((target) => {
        const { examples, names } = examplesBy(task, target);
        const { answers, shares } = answersBy(told, task, target) ?? { answers: [], shares: null };
        return { names, wanted: examples.flatMap(({ asked }) => asked.map((one) => one.wanted)), answers, shares };
      });
      if (sum === undefined || order === undefined) throw new Error('two targets are expected');
      expect([sum.wanted.length, order.wanted.length, sum.names, order.names]).toEqual([6, 6, null, ['a≤b', 'a>b']]);
      const right = order.answers.flat().filter((answer, i) => answer === order.wanted[i]).length;
      expect(right / 6).toBeCloseTo(points.get('val/order-accuracy')?.at(-1) ?? NaN, 6);
      const off = sum.answers.flat().reduce((all, answer, i) => all + Math.abs(answer - (sum.wanted[i] ?? NaN)), 0) / 6;
      expect(off).toBeCloseTo(points.get('val/absolute-error')?.at(-1) ?? NaN, 3);
      const nats = (order.shares ?? []).flat().reduce((all, share) => all - Math.log(share), 0) / 6;
      expect(nats).toBeCloseTo(points.get('val/order-loss')?.at(-1) ?? NaN, 1);
      await run.dispose();
    },
  );

  it.each(['cpu', 'tensorflow', 'webgpu'] as const)(
    'train on %s as by definition, with the bytes that were planned',
    async (device) => {
      const exact = await trained({}, 3);
      const { run, points } = await trained({ device }, 3);
      for (const name of [...trainingLosses, 'val/loss', 'val/sum-loss', 'val/order-loss', 'val/absolute-error'])
        exact.points.get(name)?.forEach((value, i) => expect(points.get(name)?.[i], name).toBeCloseTo(value ?? NaN, 4));
      const described = unwrap(await describeRun(smallSpec({ ...small, device }), null));
      expect(described.memory).toEqual(run.facts.memory);
      await run.dispose();
    },
  );
});
