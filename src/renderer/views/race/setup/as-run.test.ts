// The displayed settings must be those that ran, and editing them as a new race must give the same runs.
import type { Span } from '../../../../engine/spec/remaining.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../../../engine/spec/catalogue.ts';
import { expandExperiment } from '../../../../engine/spec/expand.ts';
import type { Field } from '../../../../engine/spec/fields.ts';
import type { ExperimentSpec, PlannedRun } from '../../../../engine/spec/run-spec.ts';
import type { RunState } from '../../../../protocol/state.ts';
import { groupRuns } from '../run-groups.ts';
import { experimentOf, isUnrun, shared, sharedFrame } from './as-run.ts';
import { preflightTotals } from './preflight-totals.ts';
import { threadsOn } from '../../../../engine/spec/limits.ts';

const int = (label: string): Field => ({ kind: 'int', label, help: '', default: 2, min: 1, max: 64 });
const catalogue: Catalogue = {
  models: ['minGru', 'gru'].map((kind) => ({
    kind,
    title: kind,
    summary: '',
    family: 'elementwise',
    year: 2024,
    equations: [],
    paper: '',
    fields: {},
    implementations: [
      { id: 'fused', title: '', help: '' },
      { id: 'loop', title: '', help: '' },
    ],
  })),
  stack: { layers: int('Layers'), d: int('Width') },
  tasks: [
    {
      id: 'adding-v1',
      title: 'Adding',
      summary: '',
      group: 'recall',
      kind: 'regression',
      fields: { length: int('Length') },
      needs: null,
    },
  ],
  training: { batch: int('Batch'), warmup: int('Warm-up') },
  devices: [],
  threads: threadsOn(2),
  datasets: [],
};
const experiment: ExperimentSpec = {
  format: 'minrnn-experiment',
  version: 1,
  name: 'Race',
  task: { id: 'adding-v1', fields: { length: 9 } },
  variants: [
    { model: 'minGru', fields: { layers: [1, 3] } },
    { model: 'gru', implementation: 'loop', fields: { batch: 7 } },
  ],
  training: { warmup: 5 },
  seeds: [1, 2],
  budget: { unit: 'steps', amount: 100 },
  device: { kind: 'cpu', threads: 2 },
};
const asRun = ({ spec, variant, name }: PlannedRun, at: number): RunState =>
  ({
    id: `r${at}`,
    name: `${name} · seed ${spec.seed}`,
    spec,
    variant,
    identity: at,
    environment: null,
    forkedFrom: null,
  }) as object as RunState;
const runs = expandExperiment(experiment, catalogue).map(asRun);
const groups = groupRuns(runs);

describe('as run', () => {
  it('says what all share and what differs', () => {
    expect(shared(groups, (group) => group.first.spec.training)).toEqual({ batch: undefined, warmup: 5 });
    expect(sharedFrame(groups)).toEqual({
      task: 'adding-v1',
      budget: { unit: 'steps', amount: 100 },
      seeds: [1, 2],
    });
  });
  it('turns runs back into an experiment that makes the same runs', () => {
    const again = experimentOf(groups, catalogue, 'Again');
    const specs = (list: readonly PlannedRun[]) => list.map((run) => run.spec);
    expect(again && specs(expandExperiment(again, catalogue))).toEqual(specs(expandExperiment(experiment, catalogue)));
  });
  it('keeps sweeps as sweeps, and makes the same runs whatever was swept', () => {
    const again = experimentOf(groups, catalogue, 'Again');
    expect(again?.variants).toEqual([
      { model: 'minGru', implementation: 'fused', fields: { layers: [1, 3] } },
      { model: 'gru', implementation: 'loop', fields: { batch: 7 } },
    ]);
    const list = fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 });
    const row = fc.record({
      model: fc.constantFrom('minGru', 'gru'),
      implementation: fc.constantFrom('fused', 'loop', ['fused', 'loop'], ['loop', 'fused']),
      fields: fc.record({ layers: list, d: list, batch: list }, { requiredKeys: [] }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), (variants) => {
        const given: ExperimentSpec = { ...experiment, variants, seeds: [1] };
        const planned = expandExperiment(given, catalogue);
        const made = experimentOf(
          planned.map(asRun).map((one) => groupRuns([one])[0]),
          catalogue,
          'Again',
        );
        const specs = (runs: readonly PlannedRun[]) => runs.map(({ spec }) => spec);
        expect(made && specs(expandExperiment(made, catalogue))).toEqual(specs(planned));
        if (variants.length === 1) expect(made?.variants).toHaveLength(1);
      }),
    );
  });
  it('knows a draft that has not been run', () => {
    expect(isUnrun(experiment, runs, catalogue)).toBe(false);
    expect(isUnrun({ ...experiment, seeds: [1, 2, 3] }, runs, catalogue)).toBe(true);
    expect(isUnrun({ ...experiment, variants: [{ model: 'unknown' }] }, runs, catalogue)).toBe(true);
  });
});

describe('preflight totals', () => {
  const row = (total: number | null, seconds: Span | null, count: number) => ({
    variant: 0,
    name: '',
    runs: count,
    parameters: null,
    flopsPerToken: null,
    secondsSource: 'unknown' as const,
    seconds,
    memory:
      total === null
        ? null
        : { weights: 0, gradients: 0, optimiser: 0, activations: 0, workspace: 0, inputOutput: 0, total },
  });
  it('takes the largest plan and the time the lab worked out, and says when some runs are not known', () => {
    const seconds = { low: 50, high: 70 };
    const variants = [row(5, { low: 10, high: 12 }, 3), row(9, { low: 20, high: 30 }, 1), row(null, null, 1)];
    const preflight = { issues: [], memoryFree: 0, seconds, variants };
    expect(preflightTotals(preflight)).toEqual({ largest: 9, seconds, unknown: true });
    expect(preflightTotals({ ...preflight, seconds: null, variants: [] })).toEqual({
      largest: null,
      seconds: null,
      unknown: false,
    });
  });
});
