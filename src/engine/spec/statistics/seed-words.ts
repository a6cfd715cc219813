// What the runs of a variant and a comparison say, in words: the same sentences in the window, the report and the terminal. Pure.
import { asIs, joined, say, type AsIs, type Message, type MessageValue } from '../../core/say.ts';
import { unitMark, type RunMetric } from '../task-metrics.ts';
import type { Compared, Comparison } from './comparisons.ts';
import type { Plan } from './plans.ts';
import type { Interval } from './sample.ts';
import type { SeedSummary } from './seeds.ts';

type Unit = Pick<RunMetric, 'unit'>;

/** Four significant digits, a share per cent with two decimals. */
function digits({ unit }: Unit, value: number): string {
  if (unit === 'share') return (100 * value).toFixed(2);
  return value === 0
    ? '0'
    : Math.abs(value) >= 1e4 || Math.abs(value) < 1e-3
      ? value.toExponential(2)
      : value.toPrecision(4);
}

/** `0.9912`, `99.12 %`. */
export const valueText = (metric: Unit, value: number): AsIs =>
  asIs<string>(`${digits(metric, value)}${unitMark(metric)}`);

/** `[98.01, 99.90] %`. */
export const intervalText = (metric: Unit, [low, high]: Interval): AsIs =>
  asIs<string>(`[${digits(metric, low)}, ${digits(metric, high)}]${unitMark(metric)}`);

/** A difference has its sign, one of shares is in points. */
export function differenceText(metric: Unit, value: number): AsIs {
  const text = digits(metric, Math.abs(value));
  return asIs<string>(`${value < 0 ? '−' : '+'}${text}${metric.unit === 'share' ? ' pp' : unitMark(metric)}`);
}

export const differenceIntervalText = (metric: Unit, [low, high]: Interval): AsIs => {
  const end = (value: number): string => (value < 0 ? `−${digits(metric, -value)}` : digits(metric, value));
  return asIs<string>(`[${end(low)}, ${end(high)}]${metric.unit === 'share' ? ' pp' : unitMark(metric)}`);
};

export const pText = (p: number): AsIs => asIs<string>(p < 0.001 ? '<0.001' : p.toPrecision(2));

const percentText = (share: number): AsIs => asIs<string>(String(Number((100 * share).toFixed(1))));

const kinds: Readonly<Record<'t' | 'bounded', Message>> = {
  t: say`t; assumes bell-shaped seeds`,
  bounded: say`bounded mean; assumes no shape`,
};

/** Where t is used, skewed seeds make it too short: nearer 85 %. */
export const intervalWords = ({ interval, intervalKind, level }: SeedSummary, metric: RunMetric): Message | null =>
  interval === null || intervalKind === null
    ? null
    : say`${percentText(level)} % interval ${intervalText(metric, interval)} (${kinds[intervalKind]})`;

/** `2 of 5 diverged`, `1 missing`. */
function lostWords({ diverged, values, missing }: SeedSummary): readonly Message[] {
  return [
    ...(diverged > 0 ? [say`${diverged} of ${values.length} diverged`] : []),
    ...(missing > 0 ? [say`${missing} without a result`] : []),
  ];
}

function centreWords(summary: SeedSummary, metric: RunMetric): readonly Message[] {
  const { sample, finiteOnly, noSpread, values } = summary;
  if (values.length === 0) return [];
  if (sample === null) {
    return finiteOnly === null
      ? []
      : [say`mean of the ${finiteOnly.n} runs that stayed finite ${valueText(metric, finiteOnly.mean)}`];
  }
  if (values.length === 1) return [say`${valueText(metric, sample.mean)}, 1 seed`];
  if (noSpread)
    return [say`all ${values.length} equal, ${valueText(metric, sample.mean)}: does the seed change anything?`];
  const { mean, sd, n } = sample;
  const spread = n < 3 || sd === null ? [] : [say`sd ${valueText(metric, sd)}`];
  return [say`mean ${valueText(metric, mean)} over ${n} seeds`, ...spread];
}

/** Everything that is known of the runs of a variant, the solved ones first where a task can fail. */
export function summaryWords(summary: SeedSummary, metric: RunMetric): Message {
  const { solved } = summary;
  const solvedWords = solved === null ? [] : [say`${solved[0]} of ${solved[1]} seeds solved it`];
  const interval = intervalWords(summary, metric);
  const rest = [...centreWords(summary, metric), ...(interval === null ? [] : [interval])];
  const parts = [
    ...(metric.canFail === true ? [...solvedWords, ...rest] : [...rest, ...solvedWords]),
    ...lostWords(summary),
  ];
  return parts.length === 0 ? say`no result yet` : joined(parts, '; ');
}

/** How the runs of two variants were put together. */
export function pairingWords({ paired, dropped, n: [a, b] }: Compared): Message {
  if (!paired) return say`${a} against ${b} seeds, not paired`;
  return dropped === 0
    ? say`paired by seed, ${a} pairs`
    : say`paired by seed, ${a} pairs, ${dropped} runs without a partner`;
}

/** The claim with its outcome. */
export function outcomeWords({ verdict: { verdict } }: Compared, a: MessageValue, b: MessageValue): Message {
  if (verdict === 'holds') return say`${a} is better than ${b}`;
  if (verdict === 'does-not-hold') return say`${a} is worse than ${b}`;
  return verdict === 'not-decided'
    ? say`${a} against ${b}: not decided`
    : say`${a} against ${b}: cannot be tested here`;
}

/** Whether so few seeds could ever reach the level, by ranks alone. */
export const cannotReach = ({ leastP }: Pick<Compared, 'leastP'>, alpha: number): boolean =>
  leastP !== null && leastP >= alpha;

/** The rule that was read, in words. */
export function ruleWords(one: Compared, { alpha, family }: Comparison): Message {
  const {
    verdict: { verdict, reason },
    n: [a, b],
    adjustedP,
  } = one;
  const isOpen = verdict === 'not-decided';
  if (reason === 'too-few-seeds') return say`at least 3 seeds of each are needed`;
  if (isOpen && adjustedP !== null && (reason === 'interval-inside' || reason === 'interval-outside'))
    return say`not after correcting for ${family} comparisons, p ${pText(adjustedP)}`;
  if (isOpen && reason === 'ranks' && cannotReach(one, alpha))
    return say`${a} against ${b} seeds cannot reach ${percentText(alpha)} %; 4 against 4 can`;
  if (reason === 'ranks') return isOpen ? say`the exact rank test does not decide` : say`by the exact rank test`;
  if (reason === 'diverged') return say`diverged runs have no value, and ranks do not decide`;
  if (reason === 'no-spread') return say`no spread between seeds, and ranks do not decide`;
  return isOpen ? say`the interval holds 0` : say`the interval is on one side of 0`;
}

/** Nobody runs more to find out. */
const most = 50;

/** How many seeds would show a difference like this one; null where it is decided or not known. */
export function neededWords({ verdict, needed }: Compared): Message | null {
  if (verdict.verdict !== 'not-decided' || needed === null) return null;
  const [least, all] = needed;
  if (least > most) return say`more than 50 seeds of each would be needed, if the difference stays as seen`;
  return all > most
    ? say`${least} seeds of each or more than 50 would decide, if the difference stays as seen`
    : say`about ${least} to ${all} seeds of each would decide, if the difference stays as seen`;
}

/** Difference with interval, exact rank test, P(better), correction, rule, and what would decide. */
export function comparedWords(one: Compared, comparison: Comparison): Message {
  const { metric, family } = comparison;
  const { difference, interval, level, rankP, poi, adjustedP } = one;
  const needed = neededWords(one);
  const parts = [
    ...(difference === null ? [] : [say`difference ${differenceText(metric, difference)}`]),
    ...(interval === null ? [] : [say`${percentText(level)} % interval ${differenceIntervalText(metric, interval)}`]),
    pairingWords(one),
    ...(rankP === null ? [] : [say`exact rank test p ${pText(rankP)}`]),
    ...(poi === null ? [] : [say`P(better) ${asIs<string>(poi.toFixed(2))}`]),
    ...(adjustedP === null || family < 2 ? [] : [say`p ${pText(adjustedP)} corrected for ${family} comparisons`]),
    ruleWords(one, comparison),
    ...(needed === null ? [] : [needed]),
  ];
  return joined(parts, '; ');
}

/** The same in one line, after its outcome. */
export const verdictWords = (one: Compared, comparison: Comparison, a: MessageValue, b: MessageValue): Message =>
  say`${outcomeWords(one, a, b)}. ${comparedWords(one, comparison)}.`;

/** Whether the comparison was decided before its runs. */
export const planWords = (plan: Pick<Plan, 'hash'> | null): Message =>
  plan === null ? say`not planned before the race` : say`planned before the race, ${asIs(plan.hash.slice(0, 12))}`;
