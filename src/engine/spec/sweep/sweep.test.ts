// Sweeps without runs: trials are functions of the file, mistakes are named with their place, and the ladder climbs as ASHA does on one worker, wherever
// it is cut off.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chiSquareChance, uniformShares } from '../../../../tests/support/chi-square.ts';
import { itemAt } from '../../core/item.ts';
import { english } from '../../core/say.ts';
import { catalogueWith } from '../../../lab/experiments/catalogue.ts';
import { simulateAsha, type Job } from '../statistics/halving.ts';
import type { RunMetric } from '../task-metrics.ts';
import { lossMetric } from '../task-metrics.ts';
import { validateExperiment } from '../validate.ts';
import { ladderOf, nextOnLadder, standingOf, type TrialState } from './ladder.ts';
import { sweepResult, valueOfSeeds, type TrialResult } from './results.ts';
import type { SweepExperiment, SweepSpec } from './sweep-spec.ts';
import { plainOf, trialsOf } from './trials.ts';

const catalogue = catalogueWith([]);

const swept = (sweep: Partial<SweepSpec>, change: Partial<SweepExperiment> = {}): SweepExperiment => ({
  format: 'minrnn-experiment',
  version: 1,
  name: 'a sweep',
  task: { id: 'selective-copy-v1' },
  variants: [{ model: 'minGru' }, { model: 'gru' }],
  training: { evaluateEvery: 10 },
  budget: { unit: 'steps', amount: 90 },
  sweep: { version: 1, method: 'random', space: { learningRate: { log: [1e-4, 1e-1] } }, trials: 9, ...sweep },
  ...change,
});

describe('trials', () => {
  const space = {
    learningRate: { log: [1e-4, 1e-1] },
    dropout: { uniform: [0, 0.4] },
    d: [16, 32, 64],
    layers: { uniform: [1, 3] },
  } as const;

  it('are the same for the same file, for every variant, and whatever else is drawn', () => {
    const spec = swept({ space, trials: 50 });
    const trials = trialsOf(spec, catalogue);
    expect(trialsOf(structuredClone(spec), catalogue)).toEqual(trials);
    expect(trials).toHaveLength(100);
    for (let at = 0; at < 50; at++) expect(itemAt(trials, 50 + at).values).toEqual(itemAt(trials, at).values);
    const alone = trialsOf(swept({ space: { d: space.d }, trials: 50 }), catalogue);
    expect(alone.map(({ values }) => values['d'])).toEqual(trials.map(({ values }) => values['d']));
    const other = trialsOf(swept({ space, trials: 50, seed: 2 }), catalogue);
    expect(other.map(({ values }) => values)).not.toEqual(trials.map(({ values }) => values));
  });

  it('have as many in each part of a range: of orders of magnitude, of a line, of a list', () => {
    const trials = trialsOf(swept({ space, trials: 900 }, { variants: [{ model: 'gru' }] }), catalogue);
    const shares = (name: string, part: (value: number) => number, parts: number): readonly number[] => {
      const counts = new Array<number>(parts).fill(0);
      for (const { values } of trials)
        counts[part(Number(values[name]))] = itemAt(counts, part(Number(values[name]))) + 1;
      return counts;
    };
    const expectEven = (counts: readonly number[]): void =>
      expect(chiSquareChance(counts, uniformShares(counts.length))).toBeGreaterThan(0.001);
    const decade = (value: number): number => Math.min(2, Math.floor(Math.log10(value) + 4));
    expectEven(shares('learningRate', decade, 3));
    expectEven(shares('dropout', (value) => Math.min(3, Math.floor(value * 10)), 4));
    expectEven(shares('d', (value) => [16, 32, 64].indexOf(value), 3));
    expectEven(shares('layers', (value) => value - 1, 3));
    for (const { values } of trials) {
      expect(String(values['learningRate'])).toMatch(/^[^e]{1,9}$/);
      expect(Number(values['learningRate'])).toBeGreaterThanOrEqual(1e-4);
      expect(Number(values['learningRate'])).toBeLessThanOrEqual(1e-1);
    }
  });

  it('of a grid are all combinations, both ends of a range among them', () => {
    const spec = swept({
      method: 'grid',
      space: { learningRate: { log: [1e-4, 1e-1], count: 4 }, d: [8, 16], layers: { uniform: [1, 4], count: 4 } },
    });
    const { trials: _, ...grid } = spec.sweep;
    const all = trialsOf({ ...spec, sweep: grid }, catalogue);
    expect(all).toHaveLength(2 * 4 * 2 * 4);
    expect(new Set(all.map(({ values }) => values['learningRate']))).toEqual(new Set([1e-4, 1e-3, 1e-2, 1e-1]));
    expect(new Set(all.map(({ values }) => values['layers']))).toEqual(new Set([1, 2, 3, 4]));
    expect(new Set(all.map((trial) => JSON.stringify(trial))).size).toBe(all.length);
    const plain = plainOf(spec, all);
    expect(plain).not.toHaveProperty('sweep');
    expect(validateExperiment(plain, catalogue).issues).toEqual([]);
  });

  it('are as many as the steps allow, alike for every variant, or as many as each is given', () => {
    const { trials: _, ...limited } = { ...swept({}).sweep, steps: 1000 };
    expect(trialsOf(swept({}, { sweep: limited }), catalogue)).toHaveLength(2 * 5);
    expect(trialsOf(swept({}, { sweep: limited, seeds: [1, 2] }), catalogue)).toHaveLength(2 * 2);
    const each = trialsOf(swept({ trials: [3, 5] }), catalogue);
    expect(each.map(({ variant }) => variant)).toEqual([0, 0, 0, 1, 1, 1, 1, 1]);
  });
});

describe('a mistake in a sweep is named with its place', () => {
  const halving = { method: 'halving', minimum: 10 } as const;
  const cases: readonly (readonly [string, RegExp, SweepExperiment])[] = [
    ['sweep', /object/, swept({}, { sweep: 7 as never })],
    ['sweep.version', /must be 1, got 2/, swept({ version: 2 as never })],
    ['sweep.trails', /Did you mean "trials"/, swept({ trails: 3 } as never)],
    ['sweep.method', /grid, random, halving/, swept({ method: 'bayes' as never })],
    ['sweep.space', /at least one setting/, swept({ space: {} })],
    ['sweep.space.learningrate', /learningRate/, swept({ space: { learningrate: [1] } })],
    ['sweep.space.learningRate', /must be a number from/, swept({ space: { learningRate: [1e-3, 99] } })],
    ['sweep.space.learningRate', /must go upwards/, swept({ space: { learningRate: { log: [1e-1, 1e-3] } } })],
    ['sweep.space.learningRate', /two numbers/, swept({ space: { learningRate: { log: [1e-3] as never } } })],
    ['sweep.space.learningRate', /"uniform".*"log"/, swept({ space: { learningRate: { normal: [0, 1] } as never } })],
    ['sweep.space.dropout', /above 0/, swept({ space: { dropout: { log: [0, 0.5] } } })],
    ['sweep.space.optimiser', /not a number/, swept({ space: { optimiser: { uniform: [0, 1] } } })],
    ['sweep.space.learningRate', /Only a grid/, swept({ space: { learningRate: { log: [1e-3, 1], count: 3 } } })],
    ['sweep.trials', /how many trials/, swept({ trials: undefined })],
    ['sweep.trials', /each of 2 variants, got 3/, swept({ trials: [1, 2, 3] })],
    ['sweep.trials', /whole number/, swept({ trials: 2.5 })],
    ['sweep.steps', /one trial of each/, swept({ steps: 100 })],
    ['sweep.metric', /short name/, swept({ metric: 'Loss!' })],
    ['sweep', /at most 1,000 runs, got 1,200/, swept({ trials: 600 })],
    [
      'sweep',
      /at most 1,000 runs/,
      swept({
        method: 'grid',
        trials: undefined,
        space: Object.fromEntries(
          ['learningRate', 'weightDecay', 'clip', 'dropout', 'warmup'].map((name) => [
            name,
            { uniform: name === 'warmup' ? [1, 900] : [0.001, 0.9], count: 900 },
          ]),
        ),
      }),
    ],
    ['match', /Rows of equal size/, swept({}, { match: 'parameters' })],
    ['comparison', /leave one/, swept({}, { comparison: { metric: 'loss', reference: 0 } })],
    [
      'variants[1].fields.d',
      /space of the sweep/,
      swept({}, { variants: [{ model: 'gru' }, { model: 'gru', fields: { d: [1, 2] } }] }),
    ],
    [
      'variants[0].fields.learningRate',
      /leave it out/,
      swept({}, { variants: [{ model: 'gru', fields: { learningRate: 0.1 } }] }),
    ],
    ['sweep.minimum', /multiple of 10/, swept({ ...halving, minimum: 15 })],
    ['budget.amount', /rungs up to it are 10, 30, 90/, swept(halving, { budget: { unit: 'steps', amount: 100 } })],
    ['budget.unit', /must be steps, got tokens/, swept(halving, { budget: { unit: 'tokens', amount: 90 } })],
    ['sweep.trials', /only of 9 trials or more, got 8/, swept({ ...halving, trials: 8 })],
    ['sweep.eta', /One in 2 to 10/, swept({ ...halving, eta: 1 })],
    ['seeds', /one seed/, swept(halving, { seeds: [1, 2] })],
    ['mode', /one run after the other/, swept(halving, { mode: 'parallel' })],
    ['training.patience', /early stop must be 0/, swept(halving, { training: { evaluateEvery: 10, patience: 3 } })],
  ];
  it.each(cases)('%s: %s', (field, words, spec) => {
    const { spec: valid, issues } = validateExperiment(JSON.parse(JSON.stringify(spec)), catalogue);
    expect(valid).toBeNull();
    expect(issues.map((issue) => issue.field)).toContain(field);
    expect(
      issues
        .filter((issue) => issue.field === field)
        .map(({ message }) => english(message))
        .join(' '),
    ).toMatch(words);
  });

  it('and a right one has none', () => {
    for (const spec of [swept({}), swept({ ...halving, eta: 3 }), swept({ ...halving, minimum: 30, trials: 3 })])
      expect(validateExperiment(spec, catalogue)).toEqual({ spec, issues: [] });
  });
});

type Losses = readonly (readonly (number | null)[])[];

/** Climbs alone; `forget` at a job = it is cut off on the way and decided again. */
function climbed(losses: Losses, rungs: readonly number[], eta: number, forget: readonly boolean[]): readonly Job[] {
  const states: TrialState[] = losses.map(() => ({ told: [], underWay: false }));
  const jobs: Job[] = [];
  for (;;) {
    const job = nextOnLadder([states], rungs, eta, null);
    if (job === null) return jobs;
    const { trial, rung } = job;
    const { told } = itemAt(states, trial);
    if (forget[jobs.length] === true) {
      states[trial] = { told, underWay: true };
      expect(nextOnLadder([states], rungs, eta, null)).toEqual(job);
    }
    states[trial] = { told: [...told, itemAt(itemAt(losses, trial), rung)], underWay: false };
    jobs.push({ trial, rung });
  }
}

describe('the ladder', () => {
  it('climbs as in the worked example of ASHA on one worker', () => {
    const first = [3.06, 2.65, 2.27, 2.25, 2.62, 2.46, 2.36, 2.91, 2.03];
    const second: Readonly<Record<number, number>> = { 2: 1.72, 3: 2.37, 8: 1.59 };
    const losses = first.map((loss, trial) => [loss, second[trial] ?? 9, 1]);
    const jobs = climbed(losses, [1, 3, 9], 3, []);
    expect(jobs.map(({ trial, rung }) => `${trial}@${rung}`).join(' ')).toBe(
      '0@0 1@0 2@0 2@1 3@0 3@1 4@0 5@0 6@0 7@0 8@0 8@1 8@2',
    );
  });

  it('climbs as the simulation does, wherever it is cut off', () => {
    const loss = fc.option(fc.integer({ min: 0, max: 12 }), { freq: 5 });
    const table = fc.array(fc.tuple(loss, loss, loss), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        table,
        fc.integer({ min: 2, max: 4 }),
        fc.array(fc.boolean(), { maxLength: 40 }),
        (losses, eta, cuts) => {
          const ladder = { from: 2, upTo: 2 * eta * eta, eta, early: 0 };
          const { jobs, resources } = simulateAsha(losses, ladder, 1);
          expect(climbed(losses, resources, eta, cuts)).toEqual(jobs.map(({ trial, rung }) => ({ trial, rung })));
        },
      ),
    );
  });

  it('gives every variant its share of steps, and the one with the fewest the next job', () => {
    const rungs = ladderOf(swept({ method: 'halving', minimum: 10 }));
    expect(rungs).toEqual([10, 30, 90]);
    const states: TrialState[][] = [0, 1].map(() => Array.from({ length: 9 }, () => ({ told: [], underWay: false })));
    const used = [0, 0];
    for (;;) {
      const job = nextOnLadder(states, rungs, 3, 100);
      if (job === null) break;
      const { variant, trial, rung, step } = job;
      const least = Math.min(...used);
      const cost = step - (rung === 0 ? 0 : itemAt(rungs, rung - 1));
      expect([itemAt(used, variant), step]).toEqual([least, itemAt(rungs, rung)]);
      used[variant] = itemAt(used, variant) + cost;
      const own = itemAt(states, variant);
      own[trial] = { told: [...itemAt(own, trial).told, trial], underWay: false };
    }
    expect(used).toEqual([100, 100]);
    expect(standingOf(itemAt(states, 0), 0)).toMatchObject({ place: 1 });
  });
});

describe('the result of a sweep', () => {
  const metric: RunMetric = { ...lossMetric, unit: 'nats', chance: 2, blind: null, solved: null };
  const trial = (number: number, change: Partial<TrialResult>): TrialResult => ({
    variant: 0,
    number,
    name: `t${number}`,
    values: {},
    status: 'ended',
    steps: 10,
    value: null,
    rungs: [],
    ...change,
  });

  it('counts a diverged trial as the worse of guessing and the worst that ended', () => {
    const trials = [
      trial(0, { value: 1 }),
      trial(1, { value: 3 }),
      trial(2, { status: 'diverged' }),
      trial(3, { value: 2 }),
    ];
    const { variants, divergedAs } = sweepResult(['a'], trials, metric, []);
    const [only] = variants;
    expect(divergedAs).toBe(3);
    expect(only?.counts).toEqual({ ended: 3, diverged: 1, stopped: 0, open: 0 });
    expect(only?.best).toMatchObject({ value: 1, trial: { name: 't0' } });
    // Of 1, 2, 3, 3: the mean, and the mean of the lower ones of all six pairs.
    expect(only?.bestOfK).toHaveLength(2);
    expect(only?.bestOfK[0]).toBeCloseTo(9 / 4, 12);
    expect(only?.bestOfK[1]).toBeCloseTo((1 + 1 + 1 + 2 + 2 + 3) / 6, 12);
  });

  it('never compares values of different rungs, and draws the best of k where every trial was', () => {
    const trials = [
      trial(0, { rungs: [5, 4], status: 'stopped' }),
      trial(1, { rungs: [4, 4.5], status: 'stopped' }),
      trial(2, { rungs: [3.9], status: 'stopped' }),
      trial(3, { rungs: [7], status: 'stopped' }),
    ];
    const [only] = sweepResult(['a'], trials, metric, [10, 30]).variants;
    expect(only?.best).toMatchObject({ value: 4, trial: { name: 't0' } });
    expect(only?.bestOfK[0]).toBeCloseTo((5 + 4 + 3.9 + 7) / 4, 12);
  });

  it('is the mean over seeds, none while one is missing, and diverged where one did', () => {
    expect(valueOfSeeds([1, 2, 6])).toBe(3);
    expect(valueOfSeeds([1, undefined])).toBeUndefined();
    expect(valueOfSeeds([1, null])).toBeNull();
  });
});
