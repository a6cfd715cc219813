// Answers of one step to held-out examples as a table: what was wanted and given by each target, and whether it is right. Pure.
import { itemAt } from '../engine/core/item.ts';
import { english } from '../engine/core/say.ts';
import { answersBy, examplesBy, isRight, type Answers, type TaskExamples } from '../engine/spec/showing.ts';
import { table } from './show.ts';

/** Most answers of an example that are shown. */
const most = 24;

export function answerTable(all: TaskExamples, told: Answers): string {
  const { targets } = all;
  const parts = targets?.map((target) => ({
    title: english(target.title),
    examples: examplesBy(all, target),
    told: answersBy(told, all, target),
  })) ?? [{ title: null, examples: all, told }];
  const rows = all.examples.flatMap(({ index }, place) =>
    parts.map(({ title, examples, told: own }) => [
      String(index + 1),
      ...(title === null ? [] : [title]),
      ...rowOf(examples, place, own === null ? null : (own.answers[own.examples.indexOf(index)] ?? null)),
    ]),
  );
  const head = ['example', ...(targets === undefined ? [] : ['answer']), 'wanted', 'given', 'right'];
  return table(head, rows, targets === undefined ? [1, 2] : [1, 2, 3]);
}

function rowOf(task: TaskExamples, place: number, given: readonly number[] | null): readonly string[] {
  const asked = task.examples[place]?.asked ?? [];
  const words = (values: readonly number[]): string => {
    const shown = values
      .slice(0, most)
      .map((value) => (task.names === null ? value.toFixed(4) : String(task.names[value])));
    return shown.join(' ') + (values.length > most ? ' …' : '');
  };
  const wanted = asked.map((one) => one.wanted);
  if (given?.length !== asked.length) return [words(wanted), '–', '–'];
  const right = given.filter((answer, i) => isRight(answer, itemAt(wanted, i), task)).length;
  return [words(wanted), words(given), `${right} of ${asked.length}`];
}
