// Words of examples: how to read those of a task, and what an answer is called.
import type { TaskExamples } from '../../../../engine/spec/showing.ts';
import { t } from '../../../i18n/index.ts';
import { samples } from '../../../i18n/en/samples.ts';
import { visibleSymbol } from '../samples/sample-choice.ts';

type Known = keyof typeof samples.reads;
const isKnown = (task: string): task is Known => Object.hasOwn(samples.reads, task);

export const readingOf = (task: string): string => (isKnown(task) ? t(`samples.reads.${task}`) : '');

export const answerText = (answer: number, names: TaskExamples['names']): string =>
  names === null ? answer.toFixed(2) : visibleSymbol(names[answer] ?? '?');
