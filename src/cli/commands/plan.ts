// `plan FILE`: parameters, FLOPs, exact memory and estimated time of each variant, before anything runs. The same code as the preflight.
import { memoryParts, memoryPartsOf } from '../../engine/spec/memory-parts.ts';
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
    for (const line of levelLines(preflight)) out.say(`\n${line}`);
    for (const issue of preflight.issues) out.say(`\n${issue.severity}: ${said(issue.message)}`);
    out.say(`\nThe race takes about ${span(preflight.seconds)}.`);
    out.say(`\nThe total is what the device allocates, to the byte. Free memory now: ${bytes(preflight.memoryFree)}.`);
    return exitCodes.done;
  });

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

function chanceLine({ chanceLoss, chanceAccuracy, blindLoss, blindAccuracy }: TaskLevels): string {
  const level = (loss: number | null, accuracy: number | null): string =>
    [accuracy === null ? [] : `${(100 * accuracy).toFixed(1)} %`, loss === null ? [] : `loss ${loss.toFixed(3)}`]
      .flat()
      .join(', ');
  if (chanceLoss === null && chanceAccuracy === null) return '';
  const blind = blindLoss === null ? '' : ` By size and position alone: ${level(blindLoss, blindAccuracy)}.`;
  return `The best constant answer reaches ${level(chanceLoss, chanceAccuracy)} on the held-out data.${blind}`;
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
