// The small parts of training, each against results worked out by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../core/philox.ts';
import { f32 } from '../core/tensor.ts';
import type { Executable } from '../device/device.ts';
import type { Initialiser, Variable } from '../graph/graph.ts';
import type { MetricColumns } from '../spec/metrics.ts';
import { defaultsOf } from '../spec/fields.ts';
import { unwrap } from '../core/result.ts';
import { scheduledRate } from '../optim/rates.ts';
import { ints, type Batch } from '../tasks/streams.ts';
import { smallSpec } from '../verify/small-run.ts';
import { TrainingData } from './batches.ts';
import { shareOf, stepsOf } from './budget.ts';
import { readTraining, trainingFields } from './fields.ts';
import { startingValues } from '../models/initialisers/registry.ts';
import { MetricLog } from './step-log.ts';
import { drawToken } from './sampling.ts';
import { scheduleOf, setUpRun } from './setup.ts';
import { quartilesOf, StepClock } from './timing.ts';

const weight = (name: string, shape: readonly number[], initialiser: Initialiser): Variable => ({
  name,
  type: f32(...shape),
  role: 'weight',
  initialiser,
  decay: true,
});

describe('starting weights', () => {
  const uniform: Initialiser = { kind: 'uniform', low: -0.25, high: 0.25 };

  it('depend on seed and name only', () => {
    const values = startingValues(weight('a', [100], uniform), 1);
    expect(startingValues(weight('a', [100], uniform), 1)).toEqual(values);
    expect(startingValues(weight('b', [100], uniform), 1)).not.toEqual(values);
    expect(startingValues(weight('a', [100], uniform), 2)).not.toEqual(values);
  });

  it('have the mean and spread they promise', () => {
    const deviation = (values: Float32Array): number =>
      Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
    const flat = startingValues(weight('flat', [200, 100], uniform), 3);
    expect(Math.max(...flat)).toBeLessThanOrEqual(0.25);
    expect(Math.min(...flat)).toBeGreaterThanOrEqual(-0.25);
    expect(deviation(flat)).toBeCloseTo(0.25 / Math.sqrt(3), 2);
    expect(deviation(startingValues(weight('bell', [200, 100], { kind: 'normal', deviation: 2 }), 3))).toBeCloseTo(
      2,
      1,
    );
  });

  it('can differ by block: the forget part of a bias', () => {
    const parts = [
      { rows: 3, initialiser: { kind: 'constant', value: 5 } as const },
      { rows: 2, initialiser: { kind: 'zeros' } as const },
    ];
    expect([...startingValues(weight('bias', [5], { kind: 'stacked', parts }), 1)]).toEqual([5, 5, 5, 0, 0]);
    expect([...startingValues(weight('w', [5, 2], { kind: 'stacked', parts }), 1)].slice(4, 8)).toEqual([5, 5, 0, 0]);
    expect(() => startingValues(weight('bias', [4], { kind: 'stacked', parts }), 1)).toThrow(
      'must cover 4 rows, got 5',
    );
  });
});

describe('drawing a token', () => {
  it('takes the likeliest at temperature 0, the first of equals', () => {
    expect(drawToken(Float64Array.of(1, 3, 3, 2), 0, new RandomStream(1, 's'))).toBe(1);
  });

  it('draws by softmax(logits / temperature)', () => {
    const random = new RandomStream(1, 'draw');
    const counts = [0, 0, 0];
    for (let i = 0; i < 20_000; i++)
      counts[drawToken(Float64Array.of(0, Math.log(2), Math.log(5)), 1, random)] += 1 / 20_000;
    expect(counts[0]).toBeCloseTo(1 / 8, 1);
    expect(counts[1]).toBeCloseTo(2 / 8, 1);
    expect(counts[2]).toBeCloseTo(5 / 8, 1);
  });

  it('the more evenly, the higher the temperature', () => {
    for (const [temperature, share] of [
      [0.5, 9 / 10],
      [1, 3 / 4],
      [2, Math.sqrt(3) / (1 + Math.sqrt(3))],
    ] as const) {
      const random = new RandomStream(1, 'draw');
      let hits = 0;
      for (let i = 0; i < 20_000; i++) hits += drawToken(Float64Array.of(0, Math.log(3)), temperature, random);
      expect(Math.abs(hits / 20_000 - share)).toBeLessThan(0.015);
    }
  });

  it('always answers with a token, however extreme the logits', () => {
    const logits = fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(logits, fc.double({ min: 0.01, max: 100, noNaN: true }), fc.nat(), (values, temperature, seed) => {
        const token = drawToken(Float64Array.from(values), temperature, new RandomStream(seed, 's'));
        expect(token).toBeGreaterThanOrEqual(0);
        expect(token).toBeLessThan(values.length);
      }),
    );
  });
});

describe('clocks', () => {
  it('quartiles interpolate between order statistics', () => {
    expect(quartilesOf(Float64Array.of(4, 1, 3, 2, 5))).toEqual({ q1: 2, median: 3, q3: 4 });
    expect(quartilesOf(Float64Array.of(1, 2))).toEqual({ q1: 1.25, median: 1.5, q3: 1.75 });
  });

  it('leaves warm-up out of active time and waits for ten steps', () => {
    const clock = new StepClock(7, 100);
    for (let i = 0; i < 4; i++) clock.step(0.04);
    expect(clock.warmupSeconds).toBeCloseTo(0.12);
    expect(clock.active).toBeCloseTo(7.04);
    for (let i = 0; i < 8; i++) clock.step(0.02);
    expect(clock.quartiles()).toBeNull();
    clock.step(0.02);
    expect(clock.quartiles()).toMatchObject({ median: 0.02 });
    expect(clock.wall).toBe(100);
  });

  it('looks at the last 200 steps only', () => {
    const clock = new StepClock(0, 0);
    for (let i = 0; i < 300; i++) clock.step(1);
    for (let i = 0; i < 200; i++) clock.step(2);
    expect(clock.quartiles()).toEqual({ q1: 2, median: 2, q3: 2 });
  });
});

describe('budgets', () => {
  it('count steps, tokens or active seconds', () => {
    expect(stepsOf({ unit: 'tokens', amount: 1001 }, 100)).toBe(11);
    expect(shareOf({ unit: 'steps', amount: 10 }, 100, { step: 5, activeSeconds: 0 })).toBe(0.5);
    expect(shareOf({ unit: 'seconds', amount: 4 }, 100, { step: 5, activeSeconds: 3 })).toBe(0.75);
    expect(stepsOf({ unit: 'seconds', amount: 4 }, 100)).toBeNull();
  });
});

describe('the schedule of a run', () => {
  const rate = fc.double({ min: 1e-8, max: 10, noNaN: true });

  it('never goes above the learning rate, nor below the smaller of it and the minimum', () => {
    const steps = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(rate, rate, fc.nat(60), steps, (learningRate, minimumLearningRate, warmup, amount) => {
        const training = { learningRate, minimumLearningRate, schedule: 'cosine', warmup };
        const setup = unwrap(setUpRun(smallSpec({ training, budget: { unit: 'steps', amount } }), null));
        const schedule = scheduleOf(setup, 1);
        for (let step = 0; step < amount; step++) {
          const at = scheduledRate(schedule, step, step / amount);
          expect(at).toBeLessThanOrEqual(learningRate * (1 + 1e-12));
          if (step >= warmup)
            expect(at).toBeGreaterThanOrEqual(Math.min(learningRate, minimumLearningRate) * (1 - 1e-12));
        }
      }),
    );
  });
});

describe('metrics', () => {
  it('travel in columns of equal length, what is not finite as null', () => {
    const sent: MetricColumns[] = [];
    const log = new MetricLog((columns) => sent.push(...columns));
    log.add('train/loss', { step: 1, active: 0.1, wall: 0.2 }, 2);
    log.add('train/loss', { step: 2, active: 0.2, wall: 0.4 }, NaN);
    log.add('val/loss', { step: 2, active: 0.2, wall: 0.4 }, 3);
    log.flush();
    log.flush();
    expect(sent).toEqual([
      { metric: 'train/loss', step: [1, 2], active: [0.1, 0.2], wall: [0.2, 0.4], value: [2, null] },
      { metric: 'val/loss', step: [2], active: [0.2], wall: [0.4], value: [3] },
    ]);
  });
});

describe('training fields', () => {
  it('are refused when one is missing', () => {
    const { clip: _, ...rest } = defaultsOf(trainingFields);
    expect(() => readTraining(rest)).toThrow('training: clip must be a number, got undefined');
  });
});

describe('a batch in parts', () => {
  /** Training data of four samples, with as many loss positions as `positions` says for each. */
  function sharesOf(positions: readonly number[], accumulate: number): number[] {
    const setup = unwrap(setUpRun(smallSpec({ training: { batch: 4, accumulate } }), null));
    const fill = (batch: Batch): void =>
      ints(batch, 'wanted').forEach(
        (_, i, all) => (all[i] = i % batch.length < (positions[Math.floor(i / batch.length)] ?? 0) ? 1 : -1),
      );
    const data = new TrainingData({ ...setup, task: { ...setup.task, train: fill } });
    data.draw(0);
    const shares: number[] = [];
    const write = (name: string, values: ArrayLike<number>): void => {
      if (name === 'share') shares.push(values[0] ?? NaN);
    };
    for (let part = 0; part < accumulate; part++) data.write({ write } as Executable, part);
    return shares;
  }

  it('gives each part the share of the positions that count in it, so that the sum is the mean over all', () => {
    expect(sharesOf([3, 1, 2, 2], 2)).toEqual([0.5, 0.5]);
    expect(sharesOf([3, 0, 1, 0], 2)).toEqual([0.75, 0.25]);
    expect(sharesOf([3, 0, 1, 0], 4)).toEqual([0.75, 0, 0.25, 0]);
    expect(sharesOf([0, 0, 0, 0], 2)).toEqual([0, 0]);
  });
});
