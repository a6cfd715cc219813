// The variants of a race as a table: for every metric one row each, with the value of every seed, mean, interval, counts, and the comparison with the
// reference. Independent of file formats; exports are in English.
import { english } from '../../engine/core/say.ts';
import type { Compared } from '../../engine/spec/statistics/comparisons.ts';
import type { SeedSummary } from '../../engine/spec/statistics/seeds.ts';
import { ruleWords } from '../../engine/spec/statistics/seed-words.ts';
import { metricsOf, type RunMetric } from '../../engine/spec/task-metrics.ts';
import type { SessionState } from '../../protocol/state.ts';
import { statisticsOf, type RaceStatistics } from '../race/seed-statistics.ts';
import type { Cell, Column, RunTable } from './run-table.ts';

export interface SeedRow {
  readonly metric: RunMetric;
  readonly name: string;
  readonly summary: SeedSummary;
  /** Null for the reference itself. */
  readonly compared: Compared | null;
  readonly reference: string;
  readonly statistics: RaceStatistics;
}

const text = (id: string, title: string, of: (row: SeedRow) => string | null): Column<SeedRow> => ({
  id,
  title,
  of,
  show: String,
});
const number = (
  id: string,
  title: string,
  of: (row: SeedRow) => number | null | undefined,
  digits = 4,
): Column<SeedRow> => ({
  id,
  title,
  of: (row): Cell => of(row) ?? null,
  show: (value) => (Number.isInteger(value) ? String(value) : value.toPrecision(digits)),
});

const valuesOf = ({ summary: { seeds, values } }: SeedRow): string =>
  seeds.map((seed, at) => `${seed}: ${values[at] === null ? 'diverged' : String(values[at])}`).join('; ');

const columns: readonly Column<SeedRow>[] = [
  text('variant', 'Variant', ({ name }) => name),
  text('metric', 'Metric', ({ metric }) => metric.name),
  number('seeds', 'Seeds', ({ summary }) => summary.values.length),
  text('values_by_seed', 'Values by seed', valuesOf),
  number('mean', 'Mean', ({ summary }) => summary.sample?.mean, 5),
  number('standard_deviation', 'sd', ({ summary }) => summary.sample?.sd),
  number('interval_low', '95 % from', ({ summary }) => summary.interval?.[0]),
  number('interval_high', '95 % to', ({ summary }) => summary.interval?.[1]),
  text('interval_kind', 'Interval', ({ summary }) => summary.intervalKind),
  number('solved', 'Solved', ({ summary }) => summary.solved?.[0]),
  number('diverged', 'Diverged', ({ summary }) => summary.diverged),
  number('mean_of_finite', 'Mean of finite runs', ({ summary }) => summary.finiteOnly?.mean, 5),
  number('missing', 'Missing', ({ summary }) => summary.missing),
  text('reference', 'Against', ({ compared, reference }) => (compared === null ? null : reference)),
  text('pairing', 'Pairing', ({ compared }) => (compared === null ? null : compared.paired ? 'by seed' : 'none')),
  number('difference', 'Difference', ({ compared }) => compared?.difference),
  number('difference_low', 'from', ({ compared }) => compared?.interval?.[0]),
  number('difference_high', 'to', ({ compared }) => compared?.interval?.[1]),
  number('rank_p', 'Exact rank p', ({ compared }) => compared?.rankP, 2),
  number('probability_better', 'P(better)', ({ compared }) => compared?.poi, 2),
  number('adjusted_p', 'p (Holm)', ({ compared }) => compared?.adjustedP, 2),
  number('comparisons', 'of', ({ compared, statistics }) => (compared === null ? null : statistics.comparison.family)),
  text('verdict', 'Better?', ({ compared }) => compared?.verdict.verdict ?? null),
  text('plan', 'Planned', ({ compared, statistics }) => (compared === null ? null : (statistics.plan?.hash ?? 'no'))),
  text('rule', 'Why', ({ compared, statistics }) =>
    compared === null ? null : english(ruleWords(compared, statistics.comparison)),
  ),
];

/** Every metric of the tasks; empty columns are omitted. */
export function seedTable(session: Pick<SessionState, 'runs' | 'baseline' | 'plans'>): RunTable<SeedRow> {
  const rows = metricsOf(session.runs).flatMap((metric): readonly SeedRow[] => {
    const statistics = statisticsOf(session, metric);
    const { comparison, names, reference } = statistics;
    return comparison.summaries.map((summary, at) => ({
      metric,
      name: names[at] ?? '',
      summary,
      compared: comparison.pairs.find(({ a }) => a === at) ?? null,
      reference: names[reference] ?? '',
      statistics,
    }));
  });
  return { columns: columns.filter(({ of }) => rows.some((row) => of(row) !== null)), runs: rows };
}

/** The same for programs: one object for each row by the names of the columns, and nothing rounded. */
export function seedJson(table: RunTable<SeedRow>): string {
  const rows = table.runs.map((row) => ({
    ...Object.fromEntries(table.columns.map(({ id, of }) => [id, of(row)])),
    values: row.summary.values,
    seed_numbers: row.summary.seeds,
  }));
  return `${JSON.stringify({ format: 'minrnn-seeds', version: 1, rows }, null, 2)}\n`;
}
