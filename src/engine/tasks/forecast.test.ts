// Forecasting: windows lie in time as they say, nothing of the held-out part is learned from, missing values do not count, and the baselines
// are what a person computes by hand.
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../core/philox.ts';
import { unwrap } from '../core/result.ts';
import { english } from '../core/say.ts';
import { drawnDemand } from '../data/drawn.ts';
import { tableSet, type TableColumn, type TableSet } from '../data/table.ts';
import { loadDevice, type DeviceKind } from '../device/registry.ts';
import { defaultsOf, type FieldValues } from '../spec/fields.ts';
import type { MetricColumns } from '../spec/metrics.ts';
import { answersOf, heldOutExamples } from '../training/examples.ts';
import { prepareRun } from '../training/prepare.ts';
import { smallSpec, type SmallRun } from '../verify/small-run.ts';
import { forecast } from './forecast.ts';
import { floats, makeBatch, partOf, type Batch } from './streams.ts';
import type { Task } from './task.ts';

const numbers = (name: string, values: readonly number[]): TableColumn => ({
  name,
  type: 'number',
  values: Float64Array.from(values),
  texts: [],
});
const table = (...columns: readonly TableColumn[]): TableSet => unwrap(tableSet('t', columns));
const count = <T>(n: number, of: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => of(i));

const plain = { scale: 'none', lookback: 3, horizon: 2, heldOut: 0.5, season: 0, evalSequences: 65536 } as const;
const prepare = (data: TableSet, values: FieldValues = {}) =>
  forecast.prepare({ ...defaultsOf(forecast.fields), ...plain, ...values }, data);
const taskOf = (data: TableSet, values: FieldValues = {}): Task => unwrap(prepare(data, values));
const refusal = (data: TableSet, values: FieldValues = {}): string => {
  const made = prepare(data, values);
  return made.ok ? '' : `${made.error.field ?? ''}: ${english(made.error.message)}`;
};

const heldOut = (task: Task): Batch => {
  const batch = makeBatch(task, task.evalSequences, task.evalLength);
  task.evaluate(batch, 0);
  return batch;
};
const trained = (task: Task, size: number, step: number): Batch => {
  const batch = makeBatch(task, size, task.trainLength);
  task.train(batch, new RandomStream(1, 'data', step));
  return batch;
};
const rows = (batch: Batch, stream: string): number[][] =>
  count(batch.size, (i) => i).map((i) => [...partOf(batch.streams, i, batch.size)[stream]]);

describe('windows', () => {
  const upward = table(
    numbers(
      'x',
      count(20, (i) => i),
    ),
  );

  it('read the past and ask for what follows; held-out ones ask behind the border and may look back over it', () => {
    const task = taskOf(upward, { answer: 'last' });
    const held = heldOut(task);
    expect(rows(held, 'rows')).toEqual(count(9, (i) => i).map((i) => [7 + i, 8 + i, 9 + i]));
    expect(rows(held, 'next')).toEqual(count(9, (i) => i).map((i) => [10 + i, 11 + i]));
    for (let step = 0; step < 30; step++)
      for (const [at, [first = NaN]] of rows(trained(task, 4, step), 'rows').entries()) {
        expect(rows(trained(task, 4, step), 'next')[at]).toEqual([first + 3, first + 4]);
        expect(first + 4).toBeLessThan(10);
      }
  });

  it('ask after each row in training and at the end on held-out data, in the order of time', () => {
    const task = taskOf(upward);
    const [x = [], y = []] = ['rows', 'next'].map((name) => rows(trained(task, 1, 0), name)[0]);
    expect(y).toEqual(x.flatMap((now) => [now + 1, now + 2]));
    expect(rows(heldOut(task), 'known')[0]).toEqual([0, 0, 0, 0, 1, 1]);
  });

  it('read columns known ahead as far as they forecast, and others up to the present', () => {
    const data = table(
      numbers(
        'x',
        count(20, (i) => i),
      ),
      numbers(
        'so far',
        count(20, (i) => 100 + i),
      ),
      numbers(
        'ahead',
        count(20, (i) => 200 + i),
      ),
    );
    const [first = []] = rows(heldOut(taskOf(data, { answer: 'last', inputs: 'so far', ahead: 'ahead' })), 'rows');
    expect(first).toEqual([7, 107, 209, 8, 108, 210, 9, 109, 211]);
  });

  it('lie in one series each, with one border in time for all, whatever the order of the file', () => {
    const at = count(24, (i) => [i % 2, 23 - i] as const);
    const data = table(
      numbers(
        'x',
        at.map(([series, time]) => 1000 * series + time),
      ),
      numbers(
        'time',
        at.map(([, time]) => time),
      ),
      { name: 'place', type: 'text', values: Float64Array.from(at, ([series]) => series), texts: ['a', 'b'] },
    );
    const task = taskOf(data, { answer: 'last', time: 'time', series: 'place' });
    const seen = [heldOut(task), ...count(20, (i) => i).map((step) => trained(task, 4, step))].flatMap((batch, i) =>
      rows(batch, 'rows').map((x, row) => ({ isHeld: i === 0, all: [...x, ...rows(batch, 'next')[row]] })),
    );
    for (const { isHeld, all } of seen) {
      expect(all.slice(1).every((value, i) => value - all[i] === 2)).toBe(true);
      expect(all.slice(3).every((value) => value % 1000 >= 12 === isHeld)).toBe(true);
    }
  });

  it('learn nothing from the held-out part: with other values there, inputs, answers and scale are the same', () => {
    const values = count(40, (i) => Math.sin(i) * 5 + 20);
    const other = values.map((value, i) => (i < 20 ? value : 1e6));
    const [a, b] = [values, other].map((x) => taskOf(table(numbers('x', x)), { scale: 'train' }));
    for (let step = 0; step < 10; step++) expect(trained(a, 4, step)).toEqual(trained(b, 4, step));
    const part = values.slice(0, 20);
    const mean = part.reduce((sum, v) => sum + v, 0) / 20;
    const deviation = Math.sqrt(part.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 20);
    expect(rows(heldOut(a), 'rows')[0][0]).toBeCloseTo((values[17] - mean) / deviation, 5);
  });
});

describe('missing values', () => {
  const gaps = table(
    numbers(
      'x',
      count(20, (i) => (i === 9 || i === 11 ? NaN : i)),
    ),
  );

  it('are read as the last known one and marked; a missing target does not count', () => {
    const held = heldOut(taskOf(gaps, { answer: 'last' }));
    expect(rows(held, 'rows')[0]).toEqual([7, 0, 8, 0, 8, 1]);
    expect(rows(held, 'known')[0]).toEqual([1, 0]);
    expect(rows(held, 'next')[0]).toEqual([10, 0]);
  });

  it('of time or series are refused by row, and so is a column without any value to learn from', () => {
    const time = numbers(
      't',
      count(20, (i) => (i === 4 ? NaN : i)),
    );
    const x = numbers(
      'x',
      count(20, (i) => i),
    );
    expect(refusal(table(x, time), { time: 't' })).toBe(
      'task.fields.time: Column "t" must have a value in every row, got none in row 5.',
    );
    const late = numbers(
      'late',
      count(20, (i) => (i < 15 ? NaN : i)),
    );
    expect(refusal(table(x, late), { inputs: 'late' })).toContain(
      'Column "late" must have values in the part to learn',
    );
  });

  it('windows that ask for nothing known are left out', () => {
    const data = table(
      numbers(
        'x',
        count(30, (i) => (i > 16 && i < 25 ? NaN : i)),
      ),
    );
    expect(rows(heldOut(taskOf(data, { answer: 'last' })), 'known').every((known) => known.includes(1))).toBe(true);
  });
});

describe('a forecast', () => {
  it('must beat the mean, the last value and the season before, as counted by hand', () => {
    const x = count(20, (i) => [0, 4, 8, 4][i % 4] + (i >= 10 ? 1 : 0));
    const { floors = [], chance } = taskOf(table(numbers('x', x)), { season: 4, horizon: 2 });
    const windows = count(9, (i) => 10 + i);
    const by = (guess: (now: number, at: number) => number): number[] => {
      const off = windows.flatMap((now) => [now, now + 1].map((at) => x[at] - guess(now, at)));
      return [2, 1].map((power) => off.reduce((sum, one) => sum + Math.abs(one) ** power, 0) / off.length);
    };
    const mean = x.slice(0, 10).reduce((sum, v) => sum + v, 0) / 10;
    const wanted = [by(() => mean), by((now) => x[now - 1]), by((_, at) => x[at - 4])];
    floors.forEach(({ loss, absolute }, i) => {
      expect(loss).toBeCloseTo(wanted[i][0], 5);
      expect(absolute).toBeCloseTo(wanted[i][1], 5);
    });
    expect(floors.map(({ kind }) => kind)).toEqual(['mean', 'last', 'season']);
    expect(chance.constant['val/loss']).toBe(floors[0].loss);
  });

  it('errors are in the unit of the data, and so are examples and their answers', () => {
    const task = taskOf(drawnDemand(), { scale: 'train', lookback: 24, horizon: 3, heldOut: 0.2, ahead: 'day_off' });
    const { examples, close } = heldOutExamples(task);
    const [{ asked, symbols }] = examples;
    expect(symbols).toHaveLength(24);
    expect(asked.map(({ output }) => output)).toEqual([0, 1, 2]);
    for (const { wanted } of asked) expect(wanted).toBeGreaterThan(30);
    expect(close).toBeGreaterThan(1);
    // Exactly the wanted outputs are given back as the wanted values.
    const one = makeBatch(task, 1, 24);
    task.evaluate(one, examples[0].index);
    const given = answersOf(task, { examples: [0], sequences: [{ symbols, asked }], outputs: [floats(one, 'next')] });
    given.answers[0].forEach((answer, i) => expect(answer).toBeCloseTo(asked[i].wanted, 0));
  });

  it('needs rows for a window on both sides of the border', () => {
    expect(
      refusal(
        table(
          numbers(
            'x',
            count(20, (i) => i),
          ),
        ),
        { lookback: 9 },
      ),
    ).toBe(
      'task.fields.lookback: A window of 9 rows and a horizon of 2 need 11 rows of one series to learn from and 2 held out, with known targets; the longest has 10 rows to learn from and 10 held out.',
    );
    expect(refusal(drawnDemand(), { target: 'heat' })).toContain('task.fields.target: Column "heat" must be one of');
    const text = forecast.prepare(defaultsOf(forecast.fields), 'a text');
    expect(text.ok ? '' : english(text.error.message)).toBe(
      'Data "drawn-demand" must be here and be a table, got a text.',
    );
  });
});

describe('training', () => {
  async function train(
    run: SmallRun & { readonly device?: DeviceKind },
  ): Promise<ReadonlyMap<string, (number | null)[]>> {
    const points = new Map<string, (number | null)[]>();
    const metrics = (columns: readonly MetricColumns[]): void => {
      for (const { metric, value } of columns) points.set(metric, [...(points.get(metric) ?? []), ...value]);
    };
    const device = await loadDevice(run.device ?? 'cpu');
    const listener = { metrics, checkpoint: () => undefined };
    const setup = { spec: smallSpec(run), data: drawnDemand(), device, listener, resume: null };
    const prepared = unwrap(await prepareRun(setup));
    await prepared.slice({ seconds: 60, steps: null }, () => false);
    await prepared.dispose();
    return points;
  }
  const small = {
    task: 'forecast-v1',
    fields: { d: 16 },
    training: { batch: 16, learningRate: 0.01, evaluateEvery: 1000 },
    taskFields: { lookback: 48, horizon: 6, ahead: 'day_off, temperature_c', evalSequences: 64 },
  } as const;

  it.each(['each', 'last'])('cpu computes what the reference computes, with an answer %s', async (answer) => {
    const run = {
      ...small,
      taskFields: { ...small.taskFields, answer },
      budget: { unit: 'steps', amount: 3 },
    } as const;
    const [cpu, exact] = [await train({ ...run, device: 'cpu' }), await train({ ...run, device: 'reference' })];
    for (const metric of ['train/loss', 'val/loss']) {
      const wanted = exact.get(metric) ?? [];
      expect(wanted.length).toBeGreaterThan(0);
      (cpu.get(metric) ?? []).forEach((value, i) => expect(value).toBeCloseTo(wanted[i] ?? NaN, 4));
    }
  });

  it('learns more than a calendar knows', async () => {
    const loss = (await train({ ...small, budget: { unit: 'steps', amount: 300 } })).get('val/loss')?.at(-1) ?? NaN;
    const { floors = [] } = taskOf(drawnDemand(), { ...defaultsOf(forecast.fields), ...small.taskFields });
    expect(floors).toHaveLength(3);
    expect(loss).toBeLessThan(Math.min(...floors.map((one) => one.loss)));
  });
});
