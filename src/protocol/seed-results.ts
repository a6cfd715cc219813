// Runs of a session as the results that statistics read: which ended, with which value, and which pairs of seeds read the same data. Pure.
import type { MetricName } from '../engine/spec/task-metrics.ts';
import type { SeedResult } from '../engine/spec/statistics/seeds.ts';
import type { Variant } from '../engine/spec/statistics/comparisons.ts';
import type { RunState } from './state.ts';

/** The value a run ended with, from its last weights: the best of its evaluations would be chosen by what it is judged by. */
function resultOf(run: RunState, name: MetricName): SeedResult {
  const { seed } = run.spec;
  if (run.status === 'diverged') return { seed, status: 'diverged', value: null };
  const value = run.last[name] ?? null;
  return run.status === 'finished' && value !== null
    ? { seed, status: 'ok', value }
    : { seed, status: 'missing', value: null };
}

export const seedResults = (runs: readonly RunState[], name: MetricName): readonly SeedResult[] =>
  runs.map((run) => resultOf(run, name));

/** Data and their order are drawn from the seed; they are the same where task, batch and the parts of a batch are. */
export const dataKey = ({ spec: { task, training } }: RunState): string =>
  JSON.stringify([task.id, Object.entries(task.fields).toSorted(([a], [b]) => (a < b ? -1 : 1)), training['batch']]);

export const variantOf = (name: string, runs: readonly RunState[], metric: MetricName): Variant => ({
  name,
  results: seedResults(runs, metric),
  data: [...new Set(runs.map(dataKey))].join('\n'),
});
