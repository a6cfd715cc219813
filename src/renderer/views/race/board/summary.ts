// The numbers of one row of the run table: a run or several seeds, summarised as a person chose. Pure.
import { worstCheck, type MemoryCheck } from '../../../../engine/spec/memory-check.ts';
import type { Compared } from '../../../../engine/spec/statistics/comparisons.ts';
import { finiteMean } from '../../../../engine/spec/statistics/sample.ts';
import { summariseSeeds, type SeedSummary } from '../../../../engine/spec/statistics/seeds.ts';
import { shortSpeed, steadySpeed } from '../../../../engine/spec/speed.ts';
import type { MetricName, RunMetric } from '../../../../engine/spec/task-metrics.ts';
import { seedResults } from '../../../../engine/spec/statistics/run-results.ts';
import type { RunState } from '../../../../protocol/state.ts';

export const summaryKinds = ['last', 'best', 'step'] as const;
export type SummaryKind = (typeof summaryKinds)[number];

/** Values of the metrics of a run. */
export type StoredAtStep = Readonly<Partial<Record<MetricName, number | null>>>;

export interface RowNumbers {
  /** Of each metric the value of every run. */
  readonly metrics: Readonly<Partial<Record<MetricName, readonly (number | null)[]>>>;
  readonly tokensPerSecond: readonly (number | null)[];
  /** Speed over all steps if no run has a steady speed: shown and marked, but never compared. */
  readonly shortTokensPerSecond: number | null;
  /** Bytes the device allocates for training; null until a run is prepared. */
  readonly plannedBytes: number | null;
  /** Measured growth relative to it, of the run that differs most; null before one was measured. */
  readonly memoryCheck: MemoryCheck | null;
}

/** Null before the first evaluation; never replaced by a training loss, since the column is headed "val". The best is each metric's own. */
function valueOf(run: RunState, name: MetricName, kind: SummaryKind, stored: StoredAtStep | undefined): number | null {
  if (kind === 'step') return stored?.[name] ?? null;
  const last = run.last[name] ?? null;
  return kind === 'best' ? (run.bests[name]?.value ?? last) : last;
}

/** Of a row, nothing for a metric that its task does not have. */
export const valuesOf = ({ metrics }: RowNumbers, name: MetricName): readonly (number | null)[] => metrics[name] ?? [];

export function rowNumbers(
  runs: readonly RunState[],
  kind: SummaryKind,
  stored: ReadonlyMap<string, StoredAtStep>,
  metrics: readonly RunMetric[],
): RowNumbers {
  const planned = runs.map((run) => run.facts?.memory.total ?? null).find((bytes) => bytes !== null) ?? null;
  return {
    metrics: Object.fromEntries(
      metrics.map(({ name }) => [name, runs.map((run) => valueOf(run, name, kind, stored.get(run.id)))]),
    ),
    tokensPerSecond: runs.map(steadySpeed),
    shortTokensPerSecond: runs.some((run) => steadySpeed(run) !== null) ? null : finiteMean(runs.map(shortSpeed)),
    plannedBytes: planned,
    memoryCheck: worstCheck(runs.map((run) => run.facts)),
  };
}

export interface Difference {
  readonly value: number;
  /** True = not decided, false = decided by the rules of verdicts; null = one seed, or values that are not those of the last weights. */
  readonly noise: boolean | null;
}

/** Difference of the means; null when either side has no value. */
export function difference(
  mine: readonly (number | null)[],
  base: readonly (number | null)[],
  compared: Compared | null,
): Difference | null {
  const a = finiteMean(mine);
  const b = finiteMean(base);
  if (a === null || b === null) return null;
  if (compared === null || (mine.length < 2 && base.length < 2)) return { value: a - b, noise: null };
  return { value: a - b, noise: compared.verdict.verdict === 'not-decided' };
}

/** Of runs that have all ended, several seeds as results; null while they go on, and for values that are not those of the last weights. */
export function seedSummary(runs: readonly RunState[], metric: RunMetric, kind: SummaryKind): SeedSummary | null {
  if (runs.length < 2 || kind !== 'last' || runs.some(({ status }) => goingOn.has(status))) return null;
  const summary = summariseSeeds(metric, seedResults(runs, metric.name));
  return summary.values.length === 0 ? null : summary;
}

const goingOn: ReadonlySet<RunState['status']> = new Set(['queued', 'preparing', 'running', 'paused']);

/** Mean speed over the baseline's. */
export function speedRatio(mine: RowNumbers, base: RowNumbers): number | null {
  const a = finiteMean(mine.tokensPerSecond);
  const b = finiteMean(base.tokensPerSecond);
  return a === null || b === null || b === 0 ? null : a / b;
}

/** Planned memory over the baseline's. */
export const memoryRatio = (mine: RowNumbers, base: RowNumbers): number | null =>
  mine.plannedBytes === null || base.plannedBytes === null ? null : mine.plannedBytes / base.plannedBytes;

export const centre = finiteMean;
