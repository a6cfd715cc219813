// Classifies wrong answers: the correct symbol at the wrong position, a filler, a symbol that does not occur, a value too low or too high;
// otherwise which answer was confused with which. Pure.
import type { TaskExamples } from '../../../../engine/spec/showing.ts';
import type { RunAnswers } from '../../../../protocol/state.ts';
import { answered, type Answered } from './example-figures.ts';

type Example = TaskExamples['examples'][number];
type Names = TaskExamples['names'];

/** In drawing order. `before`, `after`: the correct answer of the previous or next position. */
export const errorKinds = ['before', 'after', 'elsewhere', 'blank', 'foreign', 'low', 'high'] as const;
export type ErrorKind = (typeof errorKinds)[number];
export type KindCounts = Readonly<Partial<Record<ErrorKind, number>>>;

/** The kind of a wrong answer at a position of an example. */
function kindOfError(answer: number, place: number, { asked, symbols }: Example, names: Names): ErrorKind {
  if (names === null) return answer < (asked[place]?.wanted ?? NaN) ? 'low' : 'high';
  if (answer === asked[place - 1]?.wanted) return 'before';
  if (answer === asked[place + 1]?.wanted) return 'after';
  if (asked.some(({ wanted }) => wanted === answer)) return 'elsewhere';
  const name = names[answer];
  return symbols.some(({ text, role }) => text === name && role !== 'data' && role !== 'marked') ? 'blank' : 'foreign';
}

function add(counts: Partial<Record<ErrorKind, number>>, kind: ErrorKind, by: number): void {
  const before = counts[kind];
  counts[kind] = before === undefined ? by : before + by;
}

/** Wrong answers to one example, by kind. */
export function kindsIn({ answers, right }: Answered, example: Example, names: Names): KindCounts {
  const counts: Partial<Record<ErrorKind, number>> = {};
  answers.forEach((answer, place) => {
    if (right[place] === true) return;
    const kind = kindOfError(answer, place, example, names);
    add(counts, kind, 1);
  });
  return counts;
}

/** Wrong answers of one step to all examples, by kind. */
export function kindsOf(all: TaskExamples, told: RunAnswers | null): KindCounts {
  const { examples, names } = all;
  const counts: Partial<Record<ErrorKind, number>> = {};
  for (const example of examples) {
    const one = answered(told, example, all);
    if (one === null) continue;
    for (const [kind, count] of entriesOf(kindsIn(one, example, names))) add(counts, kind, count);
  }
  return counts;
}

/** The kinds that occur, in the order in which they are drawn. */
export const entriesOf = (counts: KindCounts): readonly (readonly [ErrorKind, number])[] =>
  errorKinds.flatMap((kind) => {
    const count = counts[kind];
    return count === undefined ? [] : [[kind, count] as const];
  });

export interface Confusion {
  readonly wanted: number;
  readonly answer: number;
  readonly count: number;
}

/** Confusions, the most frequent first, and the number of wrong answers. */
export function confusionsOf(
  task: TaskExamples,
  told: RunAnswers | null,
  most: number,
): { readonly wrong: number; readonly top: readonly Confusion[] } {
  const found = new Map<string, Confusion>();
  let wrong = 0;
  for (const example of task.examples) {
    const one = answered(told, example, task);
    one?.right.forEach((right, place) => {
      const wanted = example.asked[place]?.wanted;
      const answer = one.answers[place];
      if (right || wanted === undefined || answer === undefined) return;
      wrong++;
      const key = `${wanted} ${answer}`;
      found.set(key, { wanted, answer, count: (found.get(key)?.count ?? 0) + 1 });
    });
  }
  const all = [...found.values()].sort((a, b) => b.count - a.count || a.wanted - b.wanted || a.answer - b.answer);
  return { wrong, top: all.slice(0, most) };
}
