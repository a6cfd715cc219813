// Statistics of stored answers: by run, by example, by position. Pure.
import { itemAt } from '../../../../engine/core/item.ts';
import {
  answersBy,
  examplesBy,
  isRight,
  type ExampleSequence,
  type ExampleTarget,
  type TaskExamples,
} from '../../../../engine/spec/showing.ts';
import type { RunAnswers } from '../../../../protocol/state.ts';

type Example = TaskExamples['examples'][number];
/** What tells a right answer of the task from a wrong one. */
type Judged = Pick<TaskExamples, 'names' | 'close'>;

/** One run's answer to one example. */
export interface Answered {
  readonly answers: readonly number[];
  readonly right: readonly boolean[];
  readonly count: number;
  /** Mean probability of the right answers; null where answers are values. */
  readonly share: number | null;
}

/** What a run answered last at or before the step; null before its first. */
export function answersAt(all: readonly RunAnswers[], step: number): RunAnswers | null {
  return all.findLast((one) => one.step <= step) ?? null;
}

/** Null if the run did not answer this example in its current form. */
export function answered(told: RunAnswers | null, example: Example, task: Judged): Answered | null {
  const at = told?.examples.indexOf(example.index) ?? -1;
  const answers = told?.answers[at];
  if (told === null || answers === undefined || answers.length !== example.asked.length) return null;
  const right = answers.map((answer, i) => isRight(answer, example.asked[i]?.wanted ?? NaN, task));
  const shares = told.shares?.[at] ?? null;
  const share =
    shares === null || shares.length === 0 ? null : shares.reduce((sum, one) => sum + one, 0) / shares.length;
  return { answers, right, count: right.filter(Boolean).length, share };
}

/** One target of the task: its examples and what each run answered to it. `target` is null where it is the only one. */
export interface TargetView {
  readonly target: ExampleTarget | null;
  readonly examples: TaskExamples;
  readonly told: (one: RunAnswers) => RunAnswers | null;
}

/** Every target by itself, in the order of the task. */
export const targetViews = (all: TaskExamples): readonly TargetView[] =>
  all.targets?.map((target) => ({
    target,
    examples: examplesBy(all, target),
    told: (one) => answersBy(one, all, target),
  })) ?? [{ target: null, examples: all, told: (one) => one }];

/** What a run answered to all targets together; null if it did not answer each of them. */
export function together(all: readonly (Answered | null)[]): Answered | null {
  const there = all.filter((one) => one !== null);
  const [only] = there;
  if (there.length < all.length || only === undefined) return null;
  if (there.length === 1) return only;
  return {
    answers: there.flatMap(({ answers }) => answers),
    right: there.flatMap(({ right }) => right),
    count: there.reduce((sum, { count }) => sum + count, 0),
    share: null,
  };
}

export type Kind = 'all' | 'disagree' | 'right' | 'wrong';

/** Result of all runs on an example: entirely correct in all, in none, or in some. */
export function kindOf(all: readonly (Answered | null)[]): Exclude<Kind, 'all'> | null {
  const there = all.filter((one) => one !== null);
  if (there.length === 0) return null;
  const perfect = there.filter((one) => one.count === one.answers.length).length;
  if (perfect === there.length) return 'right';
  return perfect === 0 ? 'wrong' : 'disagree';
}

/** Merges neighbouring positions, so that the columns can be read. */
export interface Bin {
  readonly label: string;
  readonly holds: (example: ExampleSequence, place: number) => boolean;
}

const mostBins = 16;
const spanOf = (from: number, to: number): string => (from === to ? String(from) : `${from}-${to}`);

/** Symbols of a sequence, including consecutive fillers. */
export const lengthOf = ({ symbols, picture }: ExampleSequence): number =>
  picture?.points.length ?? symbols.reduce((sum, { count = 1 }) => sum + count, 0);

/** By the position of the answer, or by the length of the input if each example has one answer. */
export function binsOf(examples: readonly ExampleSequence[]): {
  readonly by: 'position' | 'size';
  readonly bins: readonly Bin[];
} {
  const most = Math.max(0, ...examples.map(({ asked }) => asked.length));
  const by = most > 1 ? 'position' : 'size';
  const valueOf = (example: ExampleSequence, place: number): number =>
    by === 'position' ? place + 1 : lengthOf(example);
  const values = examples.flatMap((example) => example.asked.map((_, place) => valueOf(example, place)));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (values.length === 0) return { by, bins: [] };
  const width = Math.ceil((high - low + 1) / mostBins);
  const count = Math.ceil((high - low + 1) / width);
  const bins = Array.from({ length: count }, (_, i): Bin => {
    const [from, to] = [low + i * width, Math.min(high, low + (i + 1) * width - 1)];
    return {
      label: spanOf(from, to),
      holds: (example, place) => valueOf(example, place) >= from && valueOf(example, place) <= to,
    };
  });
  return { by, bins };
}

/** Share of correct answers in each bin (null = none required there), overall, and of entirely correct examples. */
export function scores(examples: readonly Example[], bins: readonly Bin[], told: RunAnswers | null, task: Judged) {
  const hits = bins.map(() => ({ right: 0, all: 0 }));
  const total = { right: 0, all: 0, perfect: 0, examples: 0 };
  for (const example of examples) {
    const one = answered(told, example, task);
    if (one === null) continue;
    total.examples++;
    total.perfect += Number(one.count === one.answers.length);
    one.right.forEach((right, place) => {
      total.right += Number(right);
      total.all++;
      bins.forEach((bin, i) => {
        const hit = hits[i];
        if (!hit || !bin.holds(example, place)) return;
        hit.right += Number(right);
        hit.all++;
      });
    });
  }
  const share = (part: number, all: number): number | null => (all === 0 ? null : part / all);
  return {
    bins: hits.map(({ right, all }) => share(right, all)),
    answers: share(total.right, total.all),
    perfect: share(total.perfect, total.examples),
  };
}

/** At most `most` of the steps, evenly, the last one always. */
export function thinned(steps: readonly number[], most: number): readonly number[] {
  if (steps.length <= most) return steps;
  return Array.from({ length: most }, (_, i) => itemAt(steps, Math.round((i * (steps.length - 1)) / (most - 1))));
}

/** Positions of wrong answers as text: `2, 4-6`. */
export function wrongPlaces(right: readonly boolean[]): string {
  const spans: [number, number][] = [];
  right.forEach((good, i) => {
    const last = spans.at(-1);
    if (good) return;
    if (last?.[1] === i) last[1] = i + 1;
    else spans.push([i + 1, i + 1]);
  });
  return spans.map(([from, to]) => spanOf(from, to)).join(', ');
}
