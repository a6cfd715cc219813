// Reproductions as data: each can be run at each size, its claim is about rows it has, and what is told of runs follows from the runs alone.
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../core/item.ts';
import { english, say } from '../../core/say.ts';
import { catalogueWith } from '../../../lab/experiments/catalogue.ts';
import { expandExperiment } from '../expand.ts';
import type { RunMetric } from '../task-metrics.ts';
import { validateExperiment } from '../validate.ts';
import { csv, markdown, type Document } from './document.ts';
import { armsOf, outcomeOf } from './outcome.ts';
import { sizeNames, type Preset } from './preset.ts';
import { reproductions } from './registry.ts';
import { leftOf, missing, resultsOf, runsOf, sizeOfRuns, type RanRun } from './results.ts';
import { compared } from './settings.ts';

const catalogue = catalogueWith([]);
const cases = reproductions.flatMap((preset) => sizeNames.map((size) => [preset.id, size, preset] as const));
const byId = (id: string): Preset => reproductions.find((one) => one.id === id) ?? expect.fail(`no ${id}`);

/** The runs of a preset at a size, each finished with the value that is given. */
function ran(preset: Preset, valueOf: (arm: string, seed: number) => number | null): RanRun[] {
  return preset.experiments('small').flatMap((experiment) =>
    expandExperiment(experiment, catalogue).map(({ name, spec }) => {
      const value = valueOf(name, spec.seed);
      return {
        name: `${name} · seed ${spec.seed}`,
        spec,
        status: value === null ? 'diverged' : 'finished',
        last: { [preset.metric]: value },
      };
    }),
  );
}

const accuracy: RunMetric = {
  name: 'val/accuracy',
  title: say`Accuracy`,
  short: say`Accuracy`,
  better: 'higher',
  unit: 'share',
  chance: 1 / 14,
  blind: null,
  solved: 0.98,
  canFail: true,
  worst: 1 / 14,
};

describe('every reproduction', () => {
  it.each(cases)('%s, %s: its experiments are valid, whatever data is here', (_id, size, preset) => {
    for (const spec of preset.experiments(size)) {
      const { issues } = validateExperiment(spec, catalogue);
      expect(issues.filter(({ severity, field }) => severity === 'error' && !field.endsWith('dataset'))).toEqual([]);
    }
  });

  it.each(cases)('%s, %s: has a run for each row but those it says it cannot test', (_id, size, preset) => {
    const names = preset.experiments(size).flatMap(({ variants }) => variants.map(({ name }) => name ?? ''));
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => preset.arms.some((arm) => arm.name === name))).toBe(true);
    for (const part of preset.parts) expect(names).toEqual(expect.arrayContaining([...armsOf(part)]));
  });

  it.each(reproductions.map((preset) => [preset.id, preset] as const))(
    '%s: its small size has equal seeds in all rows',
    (_id, preset) => {
      for (const { seeds = [1] } of preset.experiments('small')) expect(seeds.length).toBeGreaterThanOrEqual(3);
    },
  );

  it('names every row of a source once', () => {
    for (const { arms } of reproductions) expect(new Set(arms.map(({ name }) => name)).size).toBe(arms.length);
  });
});

describe('runs of a session', () => {
  const table = byId('table-1');
  const runs = ran(table, () => 0.5);

  it('belong to a reproduction by what they have trained with', () => {
    const [experiment] = table.experiments('small');
    const all = runsOf(runs, table.experiments('small'));
    expect(all).toHaveLength(runs.length);
    const other = runs.map((run) => ({
      ...run,
      spec: { ...run.spec, training: { ...run.spec.training, learningRate: 0.5 } },
    }));
    expect(runsOf(other, table.experiments('small'))).toEqual([]);
    expect(runsOf(runs, table.experiments('medium'))).toEqual([]);
    expect(sizeOfRuns(runs, table)).toBe('small');
    expect(sizeOfRuns([], table)).toBeNull();
    expect(experiment?.variants).toHaveLength(6);
  });

  it('leave the seeds that no run stands for', () => {
    const experiments = table.experiments('small');
    expect(missing(runs, experiments)).toEqual([]);
    expect(missing([], experiments)).toEqual(experiments);
    const without = runs.filter(({ name }) => name !== 'minGRU · L 2 · seed 3');
    const [left, ...others] = missing(without, experiments);
    expect(others).toEqual([]);
    expect(left?.seeds).toEqual([3]);
    expect(left?.variants.map(({ name }) => name)).toEqual(['minGRU · L 2']);
  });

  it('keep rows of equal size together', () => {
    const lru = byId('lru-lm');
    const [first] = lru.experiments('small');
    const some = ran(lru, () => 2).filter(({ spec, name }) => spec.seed !== 2 || !name.startsWith('LRU'));
    const left = missing(some, lru.experiments('small'));
    expect(left.map(({ seeds }) => seeds)).toEqual([[2], [2]]);
    expect(left[0]?.variants).toEqual(first?.variants);
  });

  it('count as results when they have ended, diverged ones too', () => {
    const [first, second, ...rest] = runs;
    if (first === undefined || second === undefined) expect.fail('two runs are required');
    const some = [{ ...first, status: 'paused' }, { ...second, status: 'diverged' }, ...rest];
    expect(resultsOf(some, table, 'small').get('minLSTM · L 1')?.results).toEqual([
      { seed: 1, status: 'missing', value: null },
      { seed: 2, status: 'diverged', value: null },
      { seed: 3, status: 'ok', value: 0.5 },
      { seed: 4, status: 'ok', value: 0.5 },
    ]);
    expect(leftOf(some, table.experiments('small'))).toEqual({ resume: some.slice(0, 1), start: [] });
  });
});

describe('an outcome', () => {
  const table = byId('table-1');
  /** Layers tell apart: 1 at 0.4, 2 at 0.8, 3 at 0.99, seeds a little apart. */
  const steps = (name: string, seed: number): number =>
    itemAt([0.4, 0.8, 0.99], Number(name.slice(-1)) - 1) - seed / 1000;
  const outcomeFor = (value: (name: string, seed: number) => number | null) =>
    outcomeOf(table, resultsOf(ran(table, value), table, 'small'), accuracy);

  it('holds where four seeds of one stand above four of the other', () => {
    const { parts } = outcomeFor(steps);
    const verdicts = parts.map(({ part, verdict }) => [english(part.says), verdict.verdict]);
    expect(verdicts).toContainEqual(['minGRU with 2 layers is better than with 1.', 'holds']);
    expect(verdicts).toContainEqual(['minLSTM with 3 layers is better than with 2.', 'holds']);
    expect(verdicts).toContainEqual(['The values are those printed.', 'cannot-be-tested-here']);
  });

  it('does not hold where they stand below', () => {
    const { parts } = outcomeFor((name, seed) => 1 - steps(name, seed));
    expect(parts[0]?.verdict.verdict).toBe('does-not-hold');
  });

  it('is open with three seeds, since their ranks cannot reach 5 %', () => {
    const three = ran(table, steps).filter(({ spec }) => spec.seed < 4);
    const { parts } = outcomeOf(table, resultsOf(three, table, 'small'), accuracy);
    expect(parts[0]).toMatchObject({ seeds: 3, verdict: { verdict: 'not-decided' } });
  });

  it('counts a diverged run as a guess, and says how many there were', () => {
    const { arms } = outcomeFor((name, seed) => (name === 'minGRU · L 3' && seed === 2 ? null : steps(name, seed)));
    const row = arms.find(({ arm }) => arm.name === 'minGRU · L 3');
    expect(row?.summary).toMatchObject({ diverged: 1, solved: [3, 4], intervalKind: 'bounded' });
    expect(row?.summary.sample?.mean).toBeCloseTo((3 * 0.99 - 0.008 + 1 / 14) / 4, 12);
  });
});

describe('arms', () => {
  const lru = byId('lru-lm');
  const loss: RunMetric = { ...accuracy, name: 'val/loss', better: 'lower', unit: 'nats', solved: null };
  const { canFail: _fails, worst: _worst, ...plain } = loss;

  it('are compared seed by seed only where seeds draw the same data', () => {
    // By seed SLRU's loss rises and falls alike at both lengths: pairs would show a difference that two groups do not.
    const value = (name: string, seed: number): number => seed + (name.endsWith('T 512') ? 0.01 * seed : 0);
    const { parts } = outcomeOf(lru, resultsOf(ran(lru, value), lru, 'small'), plain);
    const of = (says: RegExp) => parts.find(({ part }) => says.test(english(part.says)))?.verdict.figures.interval;
    const [low = NaN, high = NaN] = of(/^SLRU is worse/) ?? [];
    expect(high - low).toBeGreaterThan(2);
  });

  it('may be behind by what is allowed, by ranks too, and the difference told is the one that is', () => {
    const formal = byId('chomsky');
    const outcome = (behind: number) => {
      const value = (name: string, seed: number): number =>
        (name.startsWith('minLSTM') ? 0.9 - behind : 0.9) + seed / 1e4;
      const four = ran(formal, value).flatMap((run) =>
        run.spec.seed > 1
          ? [run]
          : [run, { ...run, spec: { ...run.spec, seed: 4 }, name: run.name.replace('seed 1', 'seed 4') }],
      );
      return outcomeOf(formal, resultsOf(four, formal, 'small'), accuracy).parts[0];
    };
    expect(outcome(0.01)?.verdict).toMatchObject({ verdict: 'holds', reason: 'ranks' });
    expect(outcome(0.01)?.verdict.figures.difference).toBeCloseTo(-0.01, 12);
    expect(outcome(0.05)?.verdict.verdict).toBe('does-not-hold');
  });
});

describe('a document', () => {
  const table = byId('table-1');
  const results = resultsOf(
    ran(table, (name, seed) => 0.5 + Number(name.slice(-1)) / 10 + seed / 1000),
    table,
    'small',
  );
  const document: Document = {
    preset: table,
    size: 'small',
    metric: accuracy,
    outcome: outcomeOf(table, results, accuracy),
    settings: compared(table, table.experiments('small')),
    circumstances: [],
  };

  it('names every setting that differs, for its size or with its reason', () => {
    const readings = new Map(document.settings.map(({ setting, reading }) => [english(setting.title), reading]));
    expect(readings.get('Sequence length')).toBe('size');
    expect(readings.get('Learning rate')).toBe('choice');
    expect(readings.get('Width')).toBe('equal');
  });

  it('shows no number as published that nobody could read', () => {
    const text = markdown(document, english);
    expect(text).toMatch(/\| minGRU \| 3 \| 99\.5 ± 0\.2 \|/);
    expect(text).toMatch(/\| minGRU \| 2 \| not verified \|/);
  });

  it('has each seed in its CSV, not rounded', () => {
    const [head, ...rows] = csv(document)
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(head).toEqual(['column_1', 'column_2', 'seed', 'val/accuracy', 'published']);
    expect(rows).toHaveLength(24);
    expect(rows).toContainEqual(['minGRU', '3', '2', '0.802', '0.995']);
  });
});
