// bench/results/learn.json and .md: what models learned in the experiments of bench learn, with the spread over seeds, norms of gradients and the
// first tensor that broke. An experiment that runs again replaces its part. Measures nothing.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { meanOf, sampleOf } from '../../src/engine/spec/statistics/sample.ts';
import { record, type environment } from '../measure.ts';

/** One run. */
export interface Learned {
  /** Of the variant, without its seed; and without the learning rate where several are tried. */
  readonly name: string;
  readonly model: string;
  readonly seed: number;
  readonly learningRate: number;
  readonly width: number;
  readonly status: string;
  /** Why it ended early: names the first tensor that is not finite. */
  readonly problem: string | null;
  readonly parameters: number | null;
  readonly steps: number;
  readonly seconds: number;
  readonly plannedBytes: number | null;
  readonly peakBytes: number | null;
  /** Held out, the last value of every metric of the task. */
  readonly last: Readonly<Record<string, number | null>>;
  readonly best: Readonly<Record<string, number | null>>;
  readonly gradientNorm: { readonly median: number; readonly largest: number; readonly at: number } | null;
}

export interface Part {
  readonly id: string;
  readonly title: string;
  /** The metric that decides; higher is better for all but losses. */
  readonly metric: string;
  readonly solved: number | null;
  readonly steps: number;
  readonly matched: string | null;
  readonly runs: readonly Learned[];
  readonly environment: ReturnType<typeof environment>;
  readonly minutes: number;
  /** Other work ran beside it. */
  readonly busy?: true;
}

const folder = join(import.meta.dirname, '../results');

function earlier(): readonly Part[] {
  const file = join(folder, 'learn.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { readonly parts: readonly Part[] }).parts : [];
}

/** `1.52 ± 0.01`: mean and standard deviation of a sample. */
function spread(values: readonly (number | null | undefined)[], digits: number): string {
  const sample = sampleOf(
    values.filter((value) => value !== null && value !== undefined),
    0.95,
  );
  if (sample === null) return '–';
  const { mean, sd } = sample;
  return sd === null ? mean.toFixed(digits) : `${mean.toFixed(digits)} ± ${sd.toFixed(digits)}`;
}

const isLoss = (metric: string): boolean => metric === 'val/loss';
const better = (metric: string, a: number, b: number): boolean => (isLoss(metric) ? a < b : a > b);

/** Runs of one model at its best learning rate, by the mean of the metric. */
function atBestRate(runs: readonly Learned[], metric: string): readonly Learned[] {
  const groups = [...Map.groupBy(runs, ({ learningRate }) => learningRate).values()];
  const scored = groups.map((group) => ({
    group,
    score: meanOf(group.map(({ best }) => best[metric] ?? (isLoss(metric) ? Infinity : 0))),
  }));
  return scored.reduce((a, b) => (better(metric, b.score, a.score) ? b : a)).group;
}

function row(part: Part, all: readonly Learned[]): string {
  const { metric, solved } = part;
  const runs = atBestRate(all, metric);
  const [first] = runs;
  if (first === undefined) return '';
  const did = (run: Learned): boolean => solved !== null && (run.best[metric] ?? 0) >= solved;
  const norms = runs.map(({ gradientNorm }) => gradientNorm);
  const broken = [
    ...new Set(
      all.flatMap(({ problem, seed, learningRate }) =>
        problem === null ? [] : [`seed ${seed}, rate ${learningRate}: ${problem}`],
      ),
    ),
  ];
  const cells = [
    first.name,
    String(first.width),
    first.parameters?.toLocaleString('en') ?? '–',
    String(first.learningRate),
    spread(
      runs.map(({ best }) => best[metric]),
      isLoss(metric) ? 4 : 3,
    ),
    ...(solved === null
      ? []
      : [`${runs.filter(did).length} of ${runs.length}`, `${all.filter(did).length} of ${all.length}`]),
    spread(
      runs.map(({ last }) => last['val/loss']),
      4,
    ),
    spread(
      runs.map(({ seconds }) => seconds),
      1,
    ),
    spread(
      runs.map(({ plannedBytes }) => (plannedBytes === null ? null : plannedBytes / 2 ** 20)),
      1,
    ),
    spread(
      norms.map((norm) => norm?.median),
      2,
    ),
    norms.some((norm) => norm !== null) ? Math.max(...norms.map((norm) => norm?.largest ?? 0)).toPrecision(3) : '–',
    broken.length === 0 ? 'none' : broken.join('; '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function section(part: Part): readonly string[] {
  const { title, metric, solved, steps, matched, runs, environment: at, minutes } = part;
  const rates = new Set(runs.map(({ learningRate }) => learningRate)).size;
  const models = [...Map.groupBy(runs, ({ name }) => name).values()];
  const order = models.toSorted((a, b) => {
    const of = (all: readonly Learned[]): number =>
      meanOf(atBestRate(all, metric).map(({ best }) => best[metric] ?? NaN));
    return isLoss(metric) ? of(a) - of(b) : of(b) - of(a);
  });
  const head = [
    'model',
    'width',
    'parameters',
    'rate',
    `best ${metric}`,
    ...(solved === null ? [] : ['solved at that rate', 'of all']),
    'last val/loss',
    'seconds',
    'planned MiB',
    'gradient norm, median',
    'largest',
    'broken',
  ];
  return [
    `## ${title}`,
    '',
    `${steps} steps${matched === null ? '' : `, equal ${matched} within 5 %`}${rates > 1 ? `, ${rates} learning rates for every model, the row is the best by the mean` : ''}${solved === null ? '' : `; solved = ${metric} of at least ${solved}`}. Mean ± standard deviation over seeds. ${minutes.toFixed(0)} minutes, commit ${at['commit']} of ${at['date']}, ${at['cpu']}, ${at['cores']} cores.${part.busy || Number(at['load']) > 3 ? ' Other work ran beside it: its seconds say little.' : ''}`,
    '',
    `| ${head.join(' | ')} |`,
    `|${' --- |'.repeat(head.length)}`,
    ...order.map((all) => row(part, all)),
    '',
  ];
}

/** Puts a part in the place of its earlier one. */
export function write(fresh: Part, ids: readonly string[]): void {
  const parts = [...earlier().filter(({ id }) => id !== fresh.id), fresh].toSorted(
    (a, b) => ids.indexOf(a.id) - ids.indexOf(b.id),
  );
  record('learn', { parts }, ['# What they learn', '', ...parts.flatMap(section)]);
}
