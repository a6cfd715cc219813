// Golden values of statistics (scipy, statsmodels, rliable and a reference implementation): each kind of case computed by spec/statistics under the
// names of the file, and compared key by key to its nine digits.
import * as bootstraps from '../spec/statistics/bootstrap.ts';
import { boundedMeanInterval } from '../spec/statistics/bounded-mean.ts';
import * as counts from '../spec/statistics/counts.ts';
import {
  pairedDifference,
  replicationInterval,
  welchDifference,
  welchOfSummaries,
} from '../spec/statistics/differences.ts';
import { tQuantile } from '../spec/statistics/distributions.ts';
import { rungsOf, simulateAsha, successiveHalving } from '../spec/statistics/halving.ts';
import { bestOfK, sdUpper, seedsForDifference } from '../spec/statistics/planning.ts';
import { improvementOver, pooledOver, type RunsByTasks } from '../spec/statistics/pooled.ts';
import { leastMannWhitneyP, leastSignedRankP } from '../spec/statistics/ranks.ts';
import { medianRanks, ratioOf } from '../spec/statistics/ratios.ts';
import { describe, type Sample } from '../spec/statistics/sample.ts';
import { slopeOver } from '../spec/statistics/slopes.ts';
import type { Comparison } from './compare.ts';
import { sequential, verdict } from './golden-verdicts.ts';

/** A case of the file; what is in its config and inputs goes by its kind. */
export interface GoldenStatisticsCase {
  readonly name: string;
  readonly kind: string;
  readonly config: object;
  readonly inputs: object;
  readonly outputs: object;
}

type Numbers = readonly number[];
type Maybe = readonly (number | null)[];
type Losses = readonly Maybe[];

/** A kind with what its cases hold, config and inputs together. */
const kind =
  <Fields>(outputs: (fields: Fields) => object) =>
  ({ config, inputs }: GoldenStatisticsCase): object =>
    outputs({ ...config, ...inputs } as Fields);

interface Level {
  readonly level: number;
}

const sample = (found: Sample | null): object | null => (found === null ? null : { ...found });

const described = kind<Level & { values: Maybe; diverged_value?: number | null }>((one) => {
  const { runs, diverged, noSpread, headline, finiteOnly } = describe(
    one.values,
    one.level,
    one.diverged_value ?? null,
  );
  return { runs, diverged, no_spread: noSpread, headline: sample(headline), finite_only: sample(finiteOnly) };
});

const bootstrapped = ({ bcaLevels, ...rest }: bootstraps.Bootstrap): object => ({ ...rest, bca_levels: bcaLevels });

const paired = kind<Level & { a: Numbers; b: Numbers }>(({ a, b, level }) => {
  const { n, meanDifference, sdDifference, t, df, p, interval, dz, gz, ranks } = pairedDifference(a, b, level);
  const { used, zeros, wPlus, wMinus, rankBiserial } = ranks;
  const signed = { n_used: used, zeros, w_plus: wPlus, w_minus: wMinus, p: ranks.p, rank_biserial: rankBiserial };
  const plain = { n, mean_diff: meanDifference, sd_diff: sdDifference, t, df, p, interval, d_z: dz, g_z: gz };
  return { ...plain, signed_rank: signed };
});

const welch = kind<Level & { a: Numbers; b: Numbers }>(({ a, b, level }) => {
  const { nA, nB, difference, se, df, t, p, interval, d, g, ranks } = welchDifference(a, b, level);
  const { u, poi, poiInterval, rankBiserial } = ranks;
  const exact = { u, p: ranks.p, poi, poi_interval: poiInterval, rank_biserial: rankBiserial };
  return { n_a: nA, n_b: nB, diff: difference, se, df, t, p, interval, d, g, ranks: exact };
});

const rankTables = kind<{ test: string; n?: Numbers; n_m?: readonly (readonly [number, number])[] }>((one) => ({
  smallest_two_sided_p:
    one.test === 'signed-rank' ? one.n?.map(leastSignedRankP) : one.n_m?.map(([n, m]) => leastMannWhitneyP(n, m)),
}));

const counted = kind<Level & { a: counts.Count; b: counts.Count }>(({ a, b, level }) => {
  const { difference, interval, fisherP } = counts.rateDifference(a, b, level);
  return {
    clopper_a: counts.clopperPearson(a, level),
    clopper_b: counts.clopperPearson(b, level),
    wilson_a: counts.wilson(a, level),
    wilson_b: counts.wilson(b, level),
    rate_diff: difference,
    rate_diff_interval: interval,
    fisher_p: fisherP,
  };
});

const ratio = kind<Level & { a: Numbers; b: Numbers }>(({ a, b, level }) => {
  const { n, geometricMean, geometricInterval, median, medianRanks: ranks, medianInterval } = ratioOf(a, b, level);
  return {
    n,
    geometric_mean: geometricMean,
    geometric_interval: geometricInterval,
    median,
    median_ranks: ranks === null ? null : [ranks.low, ranks.high],
    median_coverage: ranks?.coverage ?? null,
    median_interval: medianInterval,
  };
});

const slope = kind<Level & { lengths: Numbers; rows: readonly Numbers[]; log_y: boolean }>((one) => {
  const found = slopeOver(one.lengths, one.rows, one.level, one.log_y);
  return {
    ...found,
    change_interval: found.changeInterval,
    length_means: found.lengthMeans,
    max_residual: found.maxResidual,
    range_of_means: found.rangeOfMeans,
  };
});

const best = kind<{ values: Numbers; test?: Numbers; direction: 'max' | 'min' }>(({ values, test, direction }) => {
  const { unbiased, plugIn, testOfSelected } = bestOfK(values, direction, test ?? null);
  return { unbiased, plug_in: plugIn, test_of_selected: testOfSelected };
});

const power = kind<{ kind: 'paired' | 'two-sample'; alpha: number; power: number; delta: number; sd: number }>(
  (one) => {
    const { normal, corrected } = seedsForDifference(one.kind, one);
    return { n_normal: normal, n_corrected: corrected };
  },
);

const summary = ([mean, sd, n]: readonly [number, number, number]) => ({ mean, sd, n });

const summaryWelch = kind<Level & Record<'a' | 'b', readonly [number, number, number]>>(({ a, b, level }) => {
  const { difference, ...rest } = welchOfSummaries(summary(a), summary(b), level);
  return { diff: difference, ...rest };
});

const multiTask = kind<Level & { a: RunsByTasks; b: RunsByTasks }>(({ a, b, level }) => {
  const { iqm, mean, resamples, iqmInterval } = pooledOver(a, level);
  const { perTask, mean: poi } = improvementOver(a, b);
  return { iqm, mean, resamples, iqm_percentile: iqmInterval, poi_per_task: perTask, poi };
});

const asha = kind<{ loss: Losses; r: number; R: number; eta: number; early: number; workers: number }>((one) => {
  const course = simulateAsha(one.loss, { from: one.r, upTo: one.R, eta: one.eta, early: one.early }, one.workers);
  return {
    resources: course.resources,
    jobs: course.jobs.map(({ start, worker, trial, rung }) => [start, worker, trial, rung]),
    rung_trials: course.rungTrials,
    best_trial: course.best?.trial ?? null,
    best_rung: course.best?.rung ?? null,
    spent: course.spent,
    end_time: course.end,
  };
});

const sha = kind<{ loss: Losses; r: number; R: number; eta: number }>((one) => {
  const ladder = { from: one.r, upTo: one.R, eta: one.eta };
  return { resources: rungsOf({ ...ladder, early: 0 }), survivors: successiveHalving(one.loss, ladder) };
});

const kinds: Readonly<Record<string, (one: GoldenStatisticsCase) => object>> = {
  describe: described,
  bootstrap_exact: kind<Level & { values: Numbers; statistic: bootstraps.StatisticName }>((one) =>
    bootstrapped(bootstraps.exactBootstrap(one.values, one.statistic, one.level)),
  ),
  bootstrap_indices: kind<Level & { values: Numbers; statistic: bootstraps.StatisticName; indices: readonly string[] }>(
    (one) => {
      const places = one.indices.map((digits) => [...digits].map(Number));
      return bootstrapped(bootstraps.bootstrapOf(one.values, places, one.statistic, one.level));
    },
  ),
  bounded_mean: kind<Level & { values: Numbers; lo: number; hi: number }>((one) => ({
    interval: boundedMeanInterval(one.values, one.level, one.lo, one.hi),
  })),
  paired,
  welch,
  rank_tables: rankTables,
  t_table: kind<{ p: Numbers; df: Numbers }>(({ p, df }) => ({ t: p.map((q) => df.map((of) => tQuantile(q, of))) })),
  counts: counted,
  holm: kind<{ p: Maybe }>(({ p }) => ({ adjusted: counts.holm(p) })),
  ratio,
  median_ranks: kind<Level & { n: Numbers }>(({ n, level }) => ({
    ranks: n.map((runs) => {
      const found = medianRanks(runs, level);
      return found === null ? null : [found.low, found.high, found.coverage];
    }),
  })),
  slope,
  best_of_k: best,
  power,
  sd_upper: kind<{ sd: number; n: number; q: number }>(({ sd, n, q }) => ({ sd_upper: sdUpper(sd, n, q) })),
  summary_welch: summaryWelch,
  replication_interval: kind<Level & { mean: number; sd: number; n: number; m: number }>((one) => ({
    interval: replicationInterval(one, one.m, one.level),
  })),
  multi_task: multiTask,
  asha,
  sha,
  rungs: kind<{ r_R_eta_early: readonly (readonly [number, number, number, number])[] }>((one) => ({
    rungs: one.r_R_eta_early.map(([from, upTo, eta, early]) => rungsOf({ from, upTo, eta, early })),
  })),
  verdict,
  sequential,
};

/** Nine printed digits are exact to half a unit of the last: at most 5e-9 of the number. */
const allowed = 5.5e-9;
/** Below this a number is compared by its size: zero in one program is 1e-17 in another. */
const scale = 2e-8;

function compareTree(label: string, got: unknown, want: unknown): readonly Comparison[] {
  if (typeof want === 'number' && typeof got === 'number') {
    const worst = got === want ? 0 : Math.abs(got - want) / Math.max(Math.abs(want), scale);
    return [{ label, worst, allowed, at: 0, got, want }];
  }
  if (typeof want === 'object' && want !== null && typeof got === 'object' && got !== null) {
    const lengths = Array.isArray(want) && Array.isArray(got) ? [got.length, want.length] : [0, 0];
    const [mine, theirs] = [new Map(Object.entries(got)), Object.entries(want)];
    return lengths[0] === lengths[1]
      ? theirs.flatMap(([key, value]) => compareTree(`${label}.${key}`, mine.get(key), value))
      : [differs(`${label}.length`, lengths[0], lengths[1])];
  }
  return got === want ? [{ label, worst: 0, allowed, at: 0, got: NaN, want: NaN }] : [differs(label, got, want)];
}

const differs = (label: string, got: unknown, want: unknown): Comparison => ({
  label: `${label} must be ${JSON.stringify(want)}, got ${JSON.stringify(got) ?? 'nothing'}`,
  worst: Infinity,
  allowed,
  at: 0,
  got: NaN,
  want: NaN,
});

/** Every output of a case; `info` is for people. Infinity where the program has no such kind. */
export function checkGoldenStatistics(one: GoldenStatisticsCase): readonly Comparison[] {
  const compute = kinds[one.kind];
  const label = `statistics ${one.name}`;
  if (compute === undefined) return [differs(`${label}: kind`, undefined, one.kind)];
  const { info: _, ...outputs } = one.outputs as Readonly<Record<string, unknown>>;
  return compareTree(label, compute(one), outputs);
}
