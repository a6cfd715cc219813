// A counted reproduction as text: the table of its numbers, verdicts, Markdown and CSV, with the same figures everywhere. Pure; `tell` gives the language.
import { csvRow } from '../../core/csv.ts';
import { numberText, say, type Message } from '../../core/say.ts';
import type { ComputedOutcome, RatioOutcome, RatioVerdict } from './computed.ts';
import { markdownTable, type Tell } from './markdown-table.ts';
import { verdictWords } from './words.ts';

export const theExactRule = say`Counts are exact: a part holds where every ratio, rounded to whole per cent, is the printed number.`;

const percentDigits = 2;
export const shareText = (share: number): string => (100 * share).toFixed(percentDigits);
export const printedText = ({ row }: RatioOutcome): string =>
  row.published === undefined ? '–' : String(row.published);
export const countsText = ({ over, under }: RatioOutcome): string => `${numberText(over)} / ${numberText(under)}`;
export const furthestText = ({ furthest }: RatioVerdict): string => furthest.toFixed(percentDigits);

/** Heads and rows of the numbers. */
export function ratioTable({ preset, rows }: ComputedOutcome, tell: Tell): readonly (readonly string[])[] {
  const head = [
    ...preset.heads.map(tell),
    `${tell(say`Published`)} %`,
    `${tell(say`Ours, exact`)} %`,
    tell(say`Weights of both`),
  ];
  const lines = rows.map((one) => [
    ...one.row.cells.map(tell),
    printedText(one),
    shareText(one.share),
    countsText(one),
  ]);
  return [head, ...lines];
}

export function ratioVerdicts({ parts }: ComputedOutcome, tell: Tell): readonly (readonly string[])[] {
  const head = [say`Verdict`, say`Part of the claim`, say`Furthest from print, points`].map(tell);
  return [head, ...parts.map((one) => [tell(verdictWords[one.verdict]), tell(one.part.says), furthestText(one)])];
}

export function computedMarkdown(outcome: ComputedOutcome, tell: Tell): string {
  const { preset } = outcome;
  const section = (title: Message, content: string): string => `## ${tell(title)}\n\n${content}\n`;
  return [
    `# ${tell(preset.title)}: ${tell(preset.subject)}\n`,
    `${preset.source}.\n`,
    `${tell(preset.claim)}\n`,
    section(say`Verdicts`, `${markdownTable(ratioVerdicts(outcome, tell))}\n\n${tell(theExactRule)}`),
    section(say`Numbers`, markdownTable(ratioTable(outcome, tell))),
    section(say`Read this with it`, preset.notes.map((note) => `- ${tell(note)}`).join('\n')),
  ].join('\n');
}

/** For programs: counts and the ratio as a share that is not rounded. */
export function computedCsv({ rows }: ComputedOutcome): string {
  const head = [
    'over',
    'under',
    'width',
    'expansion',
    'counted',
    'weights_over',
    'weights_under',
    'share',
    'published',
  ];
  const lines = rows.map(({ row, over, under, share }) => [
    row.over.model,
    row.under.model,
    row.over.width,
    row.over.expansion,
    row.over.counted,
    over,
    under,
    share,
    row.published === undefined ? null : row.published / 100,
  ]);
  return [head, ...lines].map(csvRow).join('');
}
