// Texts of examples: how to read those of a task, and names of answers.
import type { TaskExamples } from '../../../../engine/spec/showing.ts';
import { t } from '../../../i18n/index.ts';
import { samples } from '../../../i18n/en/samples.ts';
import { visibleSymbol } from '../../../components/text-lines.ts';
import { entriesOf, type ErrorKind, type KindCounts } from './error-kinds.ts';

type Known = keyof typeof samples.reads;
const isKnown = (task: string): task is Known => Object.hasOwn(samples.reads, task);

export const readingOf = (task: string): string => (isKnown(task) ? t(`samples.reads.${task}`) : '');

export const answerText = (answer: number, names: TaskExamples['names']): string =>
  names === null ? answer.toFixed(2) : visibleSymbol(names[answer] ?? '?');

/** Custom property of each kind of error, from dark to light within a task. */
export const errorTones: Readonly<Record<ErrorKind, string>> = {
  before: '--mem-1',
  after: '--mem-2',
  elsewhere: '--mem-3',
  blank: '--mem-4',
  foreign: '--mem-5',
  low: '--mem-1',
  high: '--mem-3',
};

/** `2 × the one before, 1 × not in it`. */
export const kindWords = (counts: KindCounts): string =>
  entriesOf(counts)
    .map(([kind, count]) => `${count} × ${t(`errors.${kind}`)}`)
    .join(', ');
