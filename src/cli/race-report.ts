// The results of a race in one table: loss, speed, planned and measured memory. Pure.
import { printable } from '../engine/core/printable.ts';
import { itemAt } from '../engine/core/item.ts';
import { asIs, english, say, type AsIs } from '../engine/core/say.ts';
import { planWords, summaryWords, verdictWords } from '../engine/spec/statistics/seed-words.ts';
import { fallbackWords } from '../engine/spec/fallbacks.ts';
import { memoryCheck } from '../engine/spec/memory-check.ts';
import { lossName, metricsOf, unitMark, type RunMetric } from '../engine/spec/task-metrics.ts';
import { otherTexts } from '../engine/spec/text-identity.ts';
import { shortSpeed, steadySpeed } from '../engine/spec/speed.ts';
import { onlyWarmedUp, timeParts, totalOf, type TimePart } from '../engine/spec/time-account.ts';
import type { RaceStatistics } from '../lab/race/seed-statistics.ts';
import type { RunState } from '../protocol/state.ts';
import { bytes, check, duration, loss, measured, said, si, table } from './show.ts';

const stepTime = ({ stepSeconds }: RunState): string =>
  stepSeconds === null
    ? '–'
    : `${(1000 * stepSeconds.median).toFixed(2)} (${(1000 * stepSeconds.q1).toFixed(2)}–${(1000 * stepSeconds.q3).toFixed(2)})`;

/** `short` = the speed of all steps including warm-up, because there is no steady speed. */
function tokensPerSecond(run: RunState): string {
  const short = shortSpeed(run);
  return short === null ? si(steadySpeed(run)) : `${si(short)} (short)`;
}

/** `2 runs failed, 1 run diverged`; null when every run is well. */
export function troubles(runs: readonly RunState[]): string | null {
  const counted = (['failed', 'diverged', 'interrupted'] as const).flatMap((status) => {
    const count = runs.filter((run) => run.status === status).length;
    const verb = status === 'interrupted' ? (count === 1 ? 'was interrupted' : 'were interrupted') : status;
    return count === 0 ? [] : [`${count} ${count === 1 ? 'run' : 'runs'} ${verb}`];
  });
  return counted.length === 0 ? null : counted.join(', ');
}

/** A line for each run whose text was changed during the run, or is not known. */
export function textNotes(runs: readonly RunState[]): string {
  const lines = runs.flatMap(({ name, texts = [] }) => {
    const changes = otherTexts(texts).map(
      ({ step, text }) => `${name}: from step ${step} on other data, "${text.name}" with SHA-256 ${text.sha256}`,
    );
    return texts[0]?.text === null ? [`${name}: its text was not recorded`, ...changes] : changes;
  });
  return lines.join('\n');
}

/** A line for each run with steps that another implementation computed. */
export const fallbackNotes = (runs: readonly RunState[]): string =>
  runs
    .flatMap(({ name, fallbacks, spec, step }) =>
      fallbacks === undefined
        ? []
        : [`${printable(name)}: ${english(fallbackWords(fallbacks, spec.model.implementation, step))}`],
    )
    .join('\n');

/** A share has its mark beside every value, other units are in the heading. */
const heading = ({ short, unit }: RunMetric): string =>
  unit === 'share' || unit === '' ? english(short) : `${english(short)} (${unit})`;

/** Every other metric of the task that has been measured, with its name and unit: `, MAE 0.1234 kW`. */
export const metricNotes = ({ last, facts }: RunState): string =>
  (facts?.metrics ?? [])
    .filter(({ name }) => name !== lossName && last[name] !== undefined)
    .map((metric) => `, ${english(metric.short)} ${measured(metric, last[metric.name])}${endingOf(metric)}`)
    .join('');

const endingOf = (metric: RunMetric): string => (metric.unit === 'share' ? '' : unitMark(metric));

export function raceTable(runs: readonly RunState[]): string {
  const others = metricsOf(runs).filter(({ name }) => name !== lossName);
  const head = [
    'run',
    'status',
    'step',
    'active',
    'val loss',
    'best',
    ...others.map(heading),
    'ms/step (quartiles)',
    'tokens/s',
    'plan',
    'check',
    'parameters',
  ];
  const rows = runs.map((run) => [
    otherTexts(run.texts ?? []).length > 0 ? `${run.name} (other data)` : run.name,
    run.status,
    String(run.step),
    duration(run.activeSeconds),
    loss(run.last[lossName]),
    loss(run.bests[lossName]?.value),
    ...others.map((metric) => measured(metric, run.last[metric.name])),
    stepTime(run),
    tokensPerSecond(run),
    bytes(run.facts?.memory.total ?? null),
    check(memoryCheck(run.facts)),
    si(run.facts?.parameters ?? null),
  ]);
  return table(head, rows, [0, 1]);
}

/** Where the time of each run went: the parts sum to the whole. Empty when no run has recorded its times. */
export function timeTable(runs: readonly RunState[]): string {
  const known = runs.flatMap(({ name, time }) => (time === null ? [] : [{ name, time }]));
  if (known.length === 0) return '';
  const rows = known.map(({ name, time }) => [
    name,
    ...timeParts.map((part) => duration(time[part])),
    duration(totalOf(time)),
  ]);
  const whole = table(['where the time went', ...timeParts.map((part) => words[part]), 'in all'], rows, [0]);
  const short = known.filter(({ time }) => onlyWarmedUp(time)).map(({ name }) => printable(name));
  return short.length === 0 ? whole : `${whole}\n${shortNote(short)}`;
}

/** What the seeds of every variant say, and each comparison with the reference; empty where no variant has a second seed. */
export function seedLines(statistics: RaceStatistics | null): string {
  if (statistics === null) return '';
  const { comparison, names, reference, plan } = statistics;
  const { metric, summaries, pairs } = comparison;
  const nameOf = (at: number): AsIs => asIs<string>(itemAt(names, at));
  const seeds = summaries.map((summary, at) => `  ${said(say`${nameOf(at)}: ${summaryWords(summary, metric)}`)}`);
  const compared = pairs.map((one) => `  ${said(verdictWords(one, comparison, nameOf(one.a), nameOf(reference)))}`);
  const head = `${english(metric.title)}, last evaluation of each run; ${english(planWords(plan))}`;
  return [head, ...seeds, ...(compared.length === 0 ? [] : ['comparisons', ...compared])].join('\n');
}

const words: Readonly<Record<TimePart, string>> = {
  training: 'training',
  disturbed: 'disturbed',
  evaluation: 'evaluation',
  data: 'data',
  checkpoint: 'checkpoint',
  warmup: 'warm-up',
  preparation: 'preparation',
  waiting: 'waiting',
};

const shortNote = (names: readonly string[]): string =>
  `All steps of ${names.join(', ')} were warm-up: too short for a steady speed. Tokens/s marked "short" are over all steps.`;
