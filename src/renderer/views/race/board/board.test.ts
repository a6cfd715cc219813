// The run table's arithmetic: summaries, comparisons, filters and sorting.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { steadySpeed } from '../../../../engine/spec/speed.ts';
import { earlierMetrics, metricOfId, valueMetrics } from '../../../../engine/spec/task-metrics.ts';
import type { RunState } from '../../../../protocol/state.ts';
import { nameWithoutSeed } from '../../../../engine/spec/names.ts';
import { groupBySetting, groupRuns, stableJson } from '../run-groups.ts';
import { boardRows, rankedRows, type BoardView } from './board-rows.ts';
import { allColumns, differingColumns } from './settings-columns.ts';
import { nextSort } from './sort-order.ts';
import { difference, rowNumbers, speedRatio, valuesOf } from './summary.ts';

const metrics = [
  ...earlierMetrics({ chanceLoss: null, chanceAccuracy: null, solvedAccuracy: null }, true),
  ...valueMetrics({ variance: 1, unit: 'kW' })
    .filter(({ name }) => name !== 'val/loss')
    .map((metric) => ({ ...metric, chance: null, blind: null, solved: null })),
];
const memory = { weights: 1, gradients: 1, optimiser: 1, activations: 1, workspace: 1, inputOutput: 1, total: 6 };
const facts = {
  parameters: 10,
  tokensPerStep: 100,
  samplesPerStep: 4,
  flopsPerToken: 5,
  memory,
  metrics,
};

interface Given {
  readonly variant?: number;
  readonly seed?: number;
  readonly d?: number;
  readonly loss?: number;
  readonly accuracy?: number;
  readonly seconds?: number;
  readonly status?: RunState['status'];
  readonly name?: string;
  readonly hidden?: boolean;
  /** False = no evaluation yet, only a training loss. */
  readonly evaluated?: boolean;
}

function run(id: string, given: Given = {}): RunState {
  const { variant = 0, seed = 1, d = 64, loss = 1, accuracy = 0.5, seconds = 0.1, evaluated = true } = given;
  return {
    id,
    name: given.name ?? id,
    variant,
    identity: variant,
    status: given.status ?? 'running',
    problem: null,
    step: 100,
    activeSeconds: 1,
    wallSeconds: 2,
    time: null,
    rateChanges: [],
    spec: {
      format: 'minrnn-run',
      version: 1,
      model: { kind: 'minGru', implementation: 'fused', fields: { d } },
      task: { id: 'adding-v1', fields: { length: 8 } },
      training: { learningRate: 0.003 },
      budget: { unit: 'steps', amount: 100 },
      seed,
      device: { kind: 'cpu', threads: 0 },
    },
    remaining: null,
    progress: 0.5,
    facts,
    environment: null,
    stepSeconds: { median: seconds, q1: seconds, q3: seconds },
    warmupSeconds: null,
    peakBytes: 2 ** 20,
    last: { 'train/loss': loss + 1, ...(evaluated ? { 'val/loss': loss, 'val/accuracy': accuracy } : {}) },
    best: evaluated ? { step: 50, loss: loss / 2 } : null,
    bests: evaluated ? { 'val/loss': { step: 50, value: loss / 2 }, 'val/accuracy': { step: 60, value: 0.9 } } : {},
    checkpoints: [],
    learningRate: null,
    forkedFrom: null,
    note: '',
    tags: [],
    hidden: given.hidden ?? false,
  };
}

const view = (given: Partial<BoardView> = {}): BoardView => ({
  metrics,
  summary: 'last',
  stored: new Map(),
  baseline: null,
  columns: [],
  sort: { column: 'loss', down: false },
  expanded: new Set(),
  ...given,
});

describe('groups', () => {
  it('puts seeds of one setting together and keeps different settings apart', () => {
    const groups = groupRuns([
      run('b', { seed: 2, name: 'minGRU · seed 2' }),
      run('a', { seed: 1, name: 'minGRU · seed 1' }),
      run('c', { variant: 1, d: 128 }),
    ]);
    expect(groups.map((group) => [group.name, group.runs.map((one) => one.id)])).toEqual([
      ['minGRU', ['a', 'b']],
      ['c', ['c']],
    ]);
    expect(nameWithoutSeed('minGRU · seed 1 (2)', 1)).toBe('minGRU (2)');
    expect(nameWithoutSeed('minGRU · seed 12', 2)).toBe('minGRU · seed 12');
  });
  it('does not mix two races of one session that number their variants alike', () => {
    expect(groupRuns([run('a', { variant: 0, d: 64 }), run('b', { variant: 0, d: 128 })])).toHaveLength(2);
  });
  it('orders keys so that equal settings are equal text', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse());
        expect(stableJson(turned)).toBe(stableJson(value));
      }),
    );
  });
  it('puts the variants of one value of a setting together, every run once', () => {
    const runs = [1, 2, 1, 4].map((d, at) => run(`r${at}`, { variant: at, d }));
    const groups = groupBySetting(
      groupRuns(runs),
      (spec) => spec.model.fields['d'] ?? null,
      (value) => `d ${String(value)}`,
    );
    expect(groups.map((group) => [group.name, group.runs.map((one) => one.id)])).toEqual([
      ['d 1', ['r0', 'r2']],
      ['d 2', ['r1']],
      ['d 4', ['r3']],
    ]);
  });
});

describe('summary', () => {
  it('reads last, best and stored values', () => {
    const stored = new Map([['a', { 'val/loss': 7, 'val/accuracy': 0.1 }]]);
    const read = (of: RunState, kind: BoardView['summary']) => rowNumbers([of], kind, stored, metrics).metrics;
    expect(read(run('a', { loss: 2 }), 'last')).toMatchObject({ 'val/loss': [2], 'val/accuracy': [0.5] });
    expect(read(run('a', { loss: 2 }), 'best')).toMatchObject({ 'val/loss': [1], 'val/accuracy': [0.9] });
    expect(read(run('a'), 'step')).toMatchObject({ 'val/loss': [7], 'val/accuracy': [0.1] });
    expect(steadySpeed(run('a', { seconds: 0.5 }))).toBe(200);
  });
  it.each(['last', 'best'] as const)('has no value in a val column before an evaluation (%s)', (summary) => {
    const fresh = run('a', { evaluated: false });
    const other = run('b', { variant: 1, d: 2 });
    const { metrics: values } = rowNumbers([fresh], summary, new Map(), metrics);
    expect(values).toMatchObject({ 'val/loss': [null], 'val/accuracy': [null] });
    const groups = groupRuns([fresh, other]);
    for (const baseline of groups) {
      const rows = boardRows(groups, view({ summary, baseline }));
      expect(rows.map((row) => row.deltas['val/loss'])).toEqual([null, null]);
    }
  });
  it('compares with the baseline and says when the seeds cannot tell', () => {
    expect(difference([1], [3], null)).toEqual({ value: -2, noise: null });
    const seeds = (variant: number, losses: readonly number[]) =>
      losses.map((loss, at) => run(`${variant}${at}`, { variant, d: variant, seed: at + 1, loss, status: 'finished' }));
    const noiseOf = (a: readonly number[], b: readonly number[]): boolean | null | undefined => {
      const groups = groupRuns([...seeds(1, a), ...seeds(2, b)]);
      const rows = boardRows(groups, view({ baseline: groups[1] ?? null }));
      return rows.find((row) => !row.baseline)?.deltas['val/loss']?.noise;
    };
    // Decided, open, and too few seeds for anything.
    expect(noiseOf([1, 1.1, 1.05], [2, 2.1, 2.07])).toBe(false);
    expect(noiseOf([1, 1.4, 1.2], [1.1, 1.3, 1.25])).toBe(true);
    expect(noiseOf([1, 1.1], [9, 9.1])).toBe(true);
    expect(noiseOf([1], [9])).toBeNull();
    const numbers = (seconds: number) => rowNumbers([run('a', { seconds })], 'last', new Map(), []);
    expect(speedRatio(numbers(0.1), numbers(0.4))).toBeCloseTo(4);
  });
});

describe('columns', () => {
  it('shows only the settings that differ, and the model', () => {
    const specs = [run('a', { d: 64 }).spec, run('b', { d: 128 }).spec];
    const all = allColumns(specs, null, String);
    expect(differingColumns(all, specs).map((column) => column.id)).toEqual(['model', 'fields.d']);
  });
});

describe('rows', () => {
  const groups = groupRuns([
    run('a', { variant: 0, d: 1, loss: 3 }),
    run('b', { variant: 1, d: 2, loss: 1 }),
    run('c', { variant: 2, d: 3, loss: 2, seed: 1 }),
    run('d', { variant: 2, d: 3, loss: 2.2, seed: 2 }),
  ]);
  it('sorts with the baseline first and nothing last', () => {
    const keys = (column: string, down: boolean) =>
      boardRows(groups, view({ baseline: groups[0] ?? null, sort: { column, down } })).map((row) => row.key);
    expect(keys('loss', false)).toEqual(['a', 'b', 'c']);
    expect(keys('loss', true)).toEqual(['a', 'c', 'b']);
  });
  it('unfolds seeds below their variant', () => {
    const rows = boardRows(groups, view({ expanded: new Set(['c']) }));
    expect(rows.map((row) => [row.key, row.inner])).toEqual([
      ['b', false],
      ['c', false],
      ['seed:c', true],
      ['seed:d', true],
      ['a', false],
    ]);
  });
  it('puts the best on top at the first click of any column that has a best, and the arrow says which end is up', () => {
    const many = groupRuns(
      [5, 1, 4, 2, 3].map((n, at) => ({
        ...run(`r${n}`, { variant: at, d: n, loss: n, accuracy: 1 / n, seconds: n }),
        last: {
          'val/loss': n,
          'val/accuracy': 1 / n,
          'val/absolute-error': n,
          'val/explained-variance': -n,
        },
      })),
    );
    for (const column of ['loss', 'accuracy', 'absolute-error', 'explained-variance', 'speed']) {
      const first = nextSort({ column: 'name', down: true }, column, metrics);
      const again = nextSort(first, column, metrics);
      const order = (sort: BoardView['sort']): string =>
        boardRows(many, view({ sort }))
          .map(({ key }) => key)
          .join();
      expect(order(first), column).toBe('r1,r2,r3,r4,r5');
      expect(order(again), column).toBe('r5,r4,r3,r2,r1');
      expect(
        rankedRows(many, view({ sort: again }))
          .map(({ key }) => key)
          .join(),
        column,
      ).toBe('r1,r2,r3,r4,r5');
      const values = boardRows(many, view({ sort: first })).map(
        ({ numbers }) => (column === 'speed' ? numbers.tokensPerSecond : valuesOf(numbers, metricOfId(column)))[0] ?? 0,
      );
      expect(first.down, column).toBe((values[0] ?? 0) > (values.at(-1) ?? 0));
    }
    expect(rankedRows(many, view({ sort: { column: 'name', down: true } }))[0]?.key, 'a name has no best').toBe('r1');
  });
});
