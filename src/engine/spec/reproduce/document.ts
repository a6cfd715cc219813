// A reproduction as a document: its claim and verdicts, its numbers in the layout of the source, its settings beside the source's. Markdown, LaTeX and CSV
// with the same figures. Pure; `tell` gives the language.
import { csvRow } from '../../core/csv.ts';
import { itemAt } from '../../core/item.ts';
import { say, type Message } from '../../core/say.ts';
import type { RunMetric } from '../task-metrics.ts';
import { asPrinted, ends, figure, publishedOf, settingText } from './figures.ts';
import { markdownTable, type Tell } from './markdown-table.ts';
import type { ArmOutcome, Outcome } from './outcome.ts';
import type { Preset, SizeName } from './preset.ts';
import type { Compared } from './settings.ts';
import { decidedBy, intervalWords, readingWords, verdictWords, whatWouldDecide } from './words.ts';

export interface Document {
  readonly preset: Preset;
  readonly size: SizeName;
  readonly metric: RunMetric;
  readonly outcome: Outcome;
  readonly settings: readonly Compared[];
  /** Machine, version, time: a line each. */
  readonly circumstances: readonly Message[];
}

export const sizeWords: Readonly<Record<SizeName, Message>> = {
  small: say`small size`,
  medium: say`medium size`,
  paper: say`size of the paper`,
};

const publishedText = (one: ArmOutcome, metric: RunMetric, tell: Tell): string => {
  const printed = publishedOf(one);
  if (printed !== null) return asPrinted(metric, printed);
  return one.arm.published === undefined ? '–' : tell(say`not verified`);
};

const unitOf = (metric: RunMetric): string => (metric.unit === 'share' ? '%' : metric.unit);

/** That of the first arm which has an interval: one rule holds for a metric. */
function intervalName({ arms }: Outcome): Message {
  const kind = arms.find(({ summary }) => summary.intervalKind !== null)?.summary.intervalKind ?? null;
  if (kind === null) return say`95 %`;
  return kind === 'bounded' ? say`bounded mean, 95 %` : say`mean by t, 95 %`;
}

/** Each value in the order of the seeds. */
const seedTexts = ({ summary: { values } }: ArmOutcome, metric: RunMetric, tell: Tell): string =>
  values.map((value) => (value === null ? tell(say`diverged`) : figure(metric, value))).join(', ');

/** Heads and rows of the numbers. */
export function numbers({ preset, metric, outcome }: Document, tell: Tell): readonly (readonly string[])[] {
  const unit = unitOf(metric);
  const head = [
    ...preset.heads.map(tell),
    `${tell(say`Published`)} ${unit}`,
    `${tell(say`Ours, mean`)} ${unit}`,
    tell(say`s.d.`),
    tell(intervalName(outcome)),
    tell(say`Each seed`),
    tell(say`Solved`),
  ];
  const rows = outcome.arms.map((one) => {
    const { sample, interval, solved } = one.summary;
    return [
      ...one.arm.cells,
      publishedText(one, metric, tell),
      figure(metric, sample?.mean ?? null),
      figure(metric, sample?.sd ?? null),
      ends(metric, interval),
      seedTexts(one, metric, tell),
      solved === null ? '–' : solved.join(' / '),
    ];
  });
  return [head, ...rows];
}

function verdictTable({ outcome, metric }: Document, tell: Tell): readonly (readonly string[])[] {
  const head = [
    say`Verdict`,
    say`Part of the claim`,
    say`Decided by`,
    say`Interval`,
    say`Seeds`,
    say`What would decide it`,
  ].map(tell);
  const rows = outcome.parts.map((part) => {
    const more = whatWouldDecide(part);
    return [
      tell(verdictWords[part.verdict.verdict]),
      tell(part.part.says),
      tell(decidedBy(part, metric)),
      intervalWords(part, metric),
      part.seeds === 0 ? '–' : String(part.seeds),
      more === null ? '' : tell(more),
    ];
  });
  return [head, ...rows];
}

function settingTable({ settings }: Document, tell: Tell): readonly (readonly string[])[] {
  const head = [say`Setting`, say`Source`, say`Here`, say`Why`].map(tell);
  const rows = settings.map(({ setting, here, reading }) => [
    tell(setting.title),
    setting.value === null ? tell(say`not stated`) : settingText(setting.value),
    here.length === 0 ? tell(say`the default`) : here.map(settingText).join(', '),
    setting.choice === undefined || reading === 'equal' ? tell(readingWords[reading]) : tell(setting.choice),
  ]);
  return [head, ...rows];
}

export const theRule = say`A part holds where the whole interval over seeds lies on the claimed side, does not hold where it lies on the other, and is not decided where it contains the boundary. On tasks that seeds solve or fail, exact ranks and counts decide instead. The rules were fixed before the runs.`;

export function markdown(document: Document, tell: Tell): string {
  const { preset, size, circumstances } = document;
  const section = (title: Message, content: string): string => `## ${tell(title)}\n\n${content}\n`;
  return [
    `# ${tell(preset.title)}: ${tell(preset.subject)}\n`,
    `${preset.source}, ${tell(sizeWords[size])}.\n`,
    `${tell(preset.claim)}\n`,
    section(say`Verdicts`, `${markdownTable(verdictTable(document, tell))}\n\n${tell(theRule)}`),
    section(say`Numbers`, `${tell(document.metric.title)}.\n\n${markdownTable(numbers(document, tell))}`),
    section(say`Settings beside the source's`, markdownTable(settingTable(document, tell))),
    section(say`Read this with it`, preset.notes.map((note) => `- ${tell(note)}`).join('\n')),
    circumstances.map(tell).join(' · '),
    '',
  ].join('\n');
}

/** For programs: numbers that are not rounded. */
export function csv({ preset, metric, outcome }: Document): string {
  const head = [...preset.heads.map((_, at) => `column_${at + 1}`), 'seed', metric.name, 'published'];
  const rows = outcome.arms.flatMap(({ arm, summary }) =>
    summary.seeds.map((seed, at) => [
      ...arm.cells,
      seed,
      itemAt(summary.values, at),
      publishedOf({ arm, summary })?.value ?? null,
    ]),
  );
  return [head, ...rows].map(csvRow).join('');
}
