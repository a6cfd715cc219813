// Runs of a session as the results that statistics read: which ended, with which value, and which pairs of seeds read the same data. Pure.
import type { RunSpec } from '../run-spec.ts';
import type { MetricName } from '../task-metrics.ts';
import type { Variant } from './comparisons.ts';
import type { SeedResult } from './seeds.ts';

/** What is read of a run. */
export interface EndedRun {
  readonly spec: Pick<RunSpec, 'seed' | 'task' | 'training'>;
  readonly status: string;
  readonly last: Readonly<Partial<Record<MetricName, number | null>>>;
}

/** The value a run ended with, from its last weights: the best of its evaluations would be chosen by what it is judged by. */
function resultOf(run: EndedRun, name: MetricName): SeedResult {
  const { seed } = run.spec;
  if (run.status === 'diverged') return { seed, status: 'diverged', value: null };
  const value = run.last[name] ?? null;
  return run.status === 'finished' && value !== null
    ? { seed, status: 'ok', value }
    : { seed, status: 'missing', value: null };
}

export const seedResults = (runs: readonly EndedRun[], name: MetricName): readonly SeedResult[] =>
  runs.map((run) => resultOf(run, name));

/** Data and their order are drawn from the seed; they are the same where task, batch and the parts of a batch are. */
export const dataKey = ({ spec: { task, training } }: Pick<EndedRun, 'spec'>): string =>
  JSON.stringify([task.id, Object.entries(task.fields).toSorted(([a], [b]) => (a < b ? -1 : 1)), training['batch']]);

export const variantOf = (name: string, runs: readonly EndedRun[], metric: MetricName): Variant => ({
  name,
  results: seedResults(runs, metric),
  data: [...new Set(runs.map(dataKey))].join('\n'),
});
