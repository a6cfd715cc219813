// A sweep in words: what it will train, and what it found, for a terminal and as a report (Markdown, CSV). Pure.
import { csvRow } from '../engine/core/csv.ts';
import { itemAt } from '../engine/core/item.ts';
import { printable } from '../engine/core/printable.ts';
import { english } from '../engine/core/say.ts';
import type { SweepResult, TrialResult, VariantResult } from '../engine/spec/sweep/results.ts';
import { measured, si, table } from './show.ts';

type Rows = readonly (readonly string[])[];

/** 1, 2, 4, 8, … as far as the curve goes. */
const shownTrials = (length: number): readonly number[] =>
  Array.from({ length: 12 }, (_, at) => 2 ** at).filter((k) => k <= length);

const valueText = ({ metric }: SweepResult, value: number | null | undefined): string => measured(metric, value);

const metricTitle = ({ metric: { title, unit } }: SweepResult): string =>
  unit === 'share' || unit === '' ? english(title) : `${english(title)} (${unit})`;

/** A line for each variant. */
export function variantTable(result: SweepResult): Rows {
  const ks = shownTrials(Math.min(...result.variants.map(({ bestOfK }) => bestOfK.length)));
  const ladder = result.ladder.length > 0;
  const head = [
    'variant',
    'trials',
    'ended',
    'diverged',
    ...(ladder ? ['left at a rung'] : []),
    'open',
    'steps',
    'best',
  ];
  const rows = result.variants.map(({ name, trials, counts, steps, best, bestOfK }) => [
    name,
    String(trials.length),
    String(counts.ended),
    String(counts.diverged),
    ...(ladder ? [String(counts.stopped)] : []),
    String(counts.open),
    si(steps),
    valueText(result, best?.value),
    ...ks.map((k) => valueText(result, bestOfK[k - 1])),
  ]);
  return [[...head, ...ks.map((k) => `best of ${k}`)], ...rows];
}

/** What the columns of the table mean, and what a reader must know beside them. */
export function notes(result: SweepResult): readonly string[] {
  const { ladder, variants, divergedAs } = result;
  const first = ladder[0];
  const where =
    first === undefined ? 'at the end of the trials' : `at the first rung, step ${first}, which every trial reaches`;
  const lines = [
    `${metricTitle(result)}. "Best of k": what the best of k trials is on average (unbiased, Tang et al. 2020), ${where}.`,
  ];
  if (variants.some(({ bestOfK }) => bestOfK.length === 0))
    lines[0] = `${metricTitle(result)}. "Best of k" needs two trials of each variant ${where}.`;
  if (first !== undefined)
    lines.push(
      '"Best" is the best trial of the highest rung that was reached; values of different rungs are not compared.',
    );
  if (divergedAs !== null) lines.push(`Diverged trials are counted, as ${valueText(result, divergedAs)}.`);
  const sizes = new Set(variants.map(({ trials }) => trials.length));
  if (sizes.size > 1)
    lines.push(
      'The variants do not have equal numbers of trials: their best values are no fair comparison, columns of equal k are.',
    );
  for (const { name, best } of variants) if (best !== null) lines.push(`Best of ${name}: ${best.trial.name}.`);
  return lines;
}

/** How many trials of each variant reached each rung. */
export function ladderTable({ ladder, variants }: SweepResult): Rows {
  const reached = ({ trials }: VariantResult, rung: number): number =>
    trials.filter(({ rungs }) => rungs.length > rung).length;
  const rows = ladder.map((step, rung) => [String(step), ...variants.map((one) => String(reached(one, rung)))]);
  return [['rung (steps)', ...variants.map(({ name }) => name)], ...rows];
}

const statusWords: Readonly<Record<TrialResult['status'], string>> = {
  ended: 'ended',
  diverged: 'diverged',
  stopped: 'left at a rung',
  open: 'open',
};

/** The value at its end, else at the highest rung it reached. */
const lastValue = ({ value, rungs }: TrialResult): number | null =>
  value ?? rungs.findLast((one) => one !== null) ?? null;

/** Every trial, those that went furthest first, and of equal ones the best. */
export function trialTable(result: SweepResult): Rows {
  const sign = result.metric.better === 'lower' ? 1 : -1;
  const height = ({ value, rungs }: TrialResult): number => (value === null ? rungs.length : Infinity);
  const order = (a: TrialResult, b: TrialResult): number =>
    (height(a) === height(b) ? 0 : height(b) - height(a)) ||
    sign * ((lastValue(a) ?? sign * Infinity) - (lastValue(b) ?? sign * Infinity)) ||
    a.number - b.number;
  const rows = result.variants.flatMap(({ trials }) =>
    trials
      .toSorted(order)
      .map((one) => [one.name, statusWords[one.status], String(one.steps), valueText(result, lastValue(one))]),
  );
  return [['trial', 'status', 'steps', metricTitle(result)], ...rows];
}

/** Lines of trials that a terminal shows. */
const mostLines = 40;

export function sweepText(result: SweepResult): string {
  const [head = [], ...rows] = variantTable(result);
  const [trialHead = [], ...trials] = trialTable(result);
  const parts = [table(head, rows), notes(result).map(printable).join('\n')];
  if (result.ladder.length > 0) {
    const [rungHead = [], ...rungs] = ladderTable(result);
    parts.push(table(rungHead, rungs));
  }
  parts.push(table(trialHead, trials.slice(0, mostLines), [0, 1]));
  if (trials.length > mostLines) parts.push(`… and ${trials.length - mostLines} more: --report writes all of them.`);
  return parts.join('\n\n');
}

const markdownTable = ([head = [], ...rows]: Rows): string => {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
};

export function sweepMarkdown(title: string, said: string, result: SweepResult): string {
  const ladder = result.ladder.length === 0 ? [] : ['## Rungs', markdownTable(ladderTable(result))];
  const lines = notes(result).map((note) => `- ${note}`);
  const parts = [`# ${title}`, said, markdownTable(variantTable(result)), lines.join('\n'), ...ladder];
  return `${[...parts, '## Every trial', markdownTable(trialTable(result))].join('\n\n')}\n`;
}

/** For programs: a line for each trial, numbers that are not rounded. */
export function sweepCsv({ variants, ladder, metric }: SweepResult): string {
  const names = [...new Set(variants.flatMap(({ trials }) => trials.flatMap(({ values }) => Object.keys(values))))];
  const head = [
    'variant',
    'trial',
    ...names,
    'status',
    'steps',
    metric.name,
    ...ladder.map((step) => `${metric.name} at ${step}`),
  ];
  const rows = variants.flatMap(({ name, trials }) =>
    trials.map(({ number, values, status, steps, value, rungs }) => [
      name,
      number + 1,
      ...names.map((setting) => {
        const found = values[setting];
        return typeof found === 'boolean' ? String(found) : (found ?? null);
      }),
      status,
      steps,
      value,
      ...ladder.map((_, at) => rungs[at] ?? null),
    ]),
  );
  return [head, ...rows].map(csvRow).join('');
}

/** Training steps of the ladder if each rung waited for the one below: without waiting they are a few more. */
export const ladderSteps = (ladder: readonly number[], trials: number, eta: number): number =>
  ladder.reduce((sum, step, rung) => {
    const before = rung === 0 ? 0 : itemAt(ladder, rung - 1);
    return sum + Math.floor(trials / eta ** rung) * (step - before);
  }, 0);
