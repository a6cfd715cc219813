// `plan FILE`: parameters, FLOPs, exact memory and estimated time of each variant, before anything runs. The same code as the preflight.
import { english } from '../../engine/core/say.ts';
import type { MatchedSize } from '../../engine/spec/match.ts';
import { memoryParts, memoryPartsOf } from '../../engine/spec/memory-parts.ts';
import { lossName, unitMark, type RunMetric } from '../../engine/spec/task-metrics.ts';
import type { Preflight, TaskLevels, VariantPreflight } from '../../protocol/state.ts';
import { refusal } from '../../lab/experiments/experiments.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadExperiment, type Overrides } from '../experiment-file.ts';
import { bytes, said, si, span, table } from '../show.ts';
import { noEvents, withLab } from '../with-lab.ts';

export const plan: Command<[string, Overrides]> = (out, file, overrides) =>
  withLab(noEvents, async (lab) => {
    const spec = await loadExperiment(lab, file, overrides);
    const judged = await lab.judge(spec);
    if (judged.spec === null) throw refusal('plan', judged.issues);
    const preflight = await lab.preflighter.check(judged);
    out.data({ experiment: judged.spec, ...preflight }, true);
    out.say(`${spec.name}\n\n${planTable(preflight)}`);
    for (const line of matchedLines(preflight)) out.say(`\n${line}`);
    for (const line of levelLines(preflight)) out.say(`\n${line}`);
    for (const issue of preflight.issues) out.say(`\n${issue.severity}: ${said(issue.message)}`);
    out.say(`\nThe race takes about ${span(preflight.seconds)}.`);
    out.say(`\nThe total is what the device allocates, to the byte. Free memory now: ${bytes(preflight.memoryFree)}.`);
    return exitCodes.done;
  });

const matchedWords: Readonly<Record<MatchedSize, string>> = {
  parameters: 'parameters',
  flops: 'FLOPs/token',
  state: 'numbers of state',
};

/** Widths that follow from the first row. */
function matchedLines({ matched, variants }: Preflight): readonly string[] {
  if (matched === undefined) return [];
  const [first] = matched.rows;
  const share = (size: number): string => `${(100 * (size / (first?.size ?? size) - 1)).toFixed(1)} %`;
  const rows = matched.rows.map(({ row, width, expansion, size }) => {
    const name = variants[row]?.name ?? String(row + 1);
    return [name, String(width), expansion.toFixed(3), si(size), row === 0 ? 'the others follow' : share(size)];
  });
  return [table(['row', 'width', 'expansion', matchedWords[matched.what], 'against the first'], rows)];
}

const time = ({ seconds, secondsSource }: VariantPreflight): string =>
  seconds === null ? 'not known' : `${span(seconds)}${secondsSource === 'calibrated' ? ' (estimated)' : ''}`;

/** Tokens of a step and levels of a guess, once for each that differs. */
function levelLines({ variants }: Preflight): readonly string[] {
  const lines = variants.flatMap(({ levels }) =>
    levels === undefined ? [] : [tokensLine(levels), chanceLine(levels)],
  );
  return [...new Set(lines.filter((line) => line !== ''))];
}

const tokensLine = ({ tokensPerStep, positionsPerStep }: TaskLevels): string =>
  tokensPerStep === positionsPerStep
    ? ''
    : `A step has ${si(tokensPerStep)} tokens on average, ${si(positionsPerStep)} positions with padding. Speed and budgets count tokens.`;

/** A share speaks for itself; other values have the name of their metric. */
function levelText(metric: RunMetric, value: number): string {
  if (metric.unit === 'share') return `${(100 * value).toFixed(1)} %`;
  const name = metric.name === lossName ? 'loss' : english(metric.short);
  return `${name} ${value.toFixed(3)}${metric.name === lossName ? '' : unitMark(metric)}`;
}

function chanceLine({ metrics }: TaskLevels): string {
  const level = (of: 'chance' | 'blind'): string =>
    metrics
      .toReversed()
      .flatMap((metric) => (metric[of] === null ? [] : [levelText(metric, metric[of])]))
      .join(', ');
  const [constant, blind] = [level('chance'), level('blind')];
  if (constant === '') return '';
  const apart = blind === '' ? '' : ` By size and position alone: ${blind}.`;
  return `The best constant answer reaches ${constant} on the held-out data.${apart}`;
}

function planTable({ variants }: Preflight): string {
  const head = ['variant', 'runs', 'parameters', 'FLOPs/token', ...memoryParts, 'plan', 'time a run'];
  const rows = variants.map((variant) => {
    const { memory } = variant;
    const parts = memory === null ? memoryParts.map(() => null) : memoryPartsOf(memory).map((part) => part.bytes);
    const counts = [String(variant.runs), si(variant.parameters), si(variant.flopsPerToken)];
    return [variant.name, ...counts, ...[...parts, memory?.total ?? null].map(bytes), time(variant)];
  });
  return table(head, rows);
}
