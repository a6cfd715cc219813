// What a run shows while it learns, as plain data: text it writes, with the probability of each symbol, and its answers to held-out
// examples. Used by files, screens and exports. Independent of tasks and networks.
import type { Message } from '../core/say.ts';

/** Probabilities are stored with three digits. */
export const shareDigits = 1000;

/** How a text was written, symbol by symbol; the symbols joined are the text. */
export interface SampleDetail {
  /** `evaluation`: written automatically, from the prompt of its task; `person`: requested by a person. */
  readonly origin: 'evaluation' | 'person';
  readonly symbols: readonly string[];
  /** Probability of each written symbol, at temperature 1 whatever the sampling temperature. */
  readonly shares: readonly number[];
  /** The most probable symbols at each position, most probable first. */
  readonly likeliest: readonly (readonly (readonly [symbol: string, share: number])[])[];
  /** The longest stretch that occurs verbatim in the training text: its first symbol and its length. */
  readonly copied: { readonly start: number; readonly length: number };
  /** Share of its words that occur in the training text; null if words are not separated by spaces, or there are none. */
  readonly words: number | null;
  readonly secondsPerSymbol: number;
}

/** Answers to one target: one entry an example, in each one number for every place where an answer counts. */
export interface TargetAnswers {
  /** Class, or value if the task asks for values. */
  readonly answers: readonly (readonly number[])[];
  /** Probability of the correct class; null if the task asks for values. */
  readonly shares: readonly (readonly number[])[] | null;
}

/** Answers of one step to held-out examples: those to the first target, then those to further ones by their names. */
export interface Answers extends TargetAnswers {
  /** Number of each example in the held-out set. */
  readonly examples: readonly number[];
  /** Absent where the task has one target, and in older sessions. */
  readonly further?: readonly (TargetAnswers & { readonly target: string })[];
}

/** Role of a symbol in its example: input, highlighted input, filler, or a position where an answer is required. */
export type SymbolRole = 'data' | 'marked' | 'blank' | 'ask';

/** A picture for people: points from 0 to 255, row by row, with the channels of a point together. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly points: readonly number[];
}

/** Positions whose answer counts, in order, with the target class or value; `output` where a position has several values. */
export type Asked = readonly { readonly at: number; readonly wanted: number; readonly output?: number }[];

/** One sequence of a task for people, without padding. */
export interface ExampleSequence {
  /** Used instead of symbols. */
  readonly picture?: Picture;
  /** `count` equal ones in a row where that is more than one. */
  readonly symbols: readonly { readonly text: string; readonly role: SymbolRole; readonly count?: number }[];
  /** By the first target. */
  readonly asked: Asked;
  /** By further targets of the task, if it has any. */
  readonly further?: Readonly<Record<string, Asked>>;
}

/** How answers to a target are read. */
interface AnswerLook {
  /** What its classes are called; null = answers are values. */
  readonly names: readonly string[] | null;
  /** Values within this distance count as right; absent = `closeEnough`. */
  readonly close?: number;
}

/** A target among several, for people. */
export interface ExampleTarget extends AnswerLook {
  readonly target: string;
  readonly title: Message;
  /** What is asked. */
  readonly meaning: Message;
}

/** Sequences of one task and how its answers are read: those to its first target, or to the one target that is looked at. */
export interface TaskExamples extends AnswerLook {
  readonly examples: readonly (ExampleSequence & { readonly index: number })[];
  /** Every target, the first one first, where the task has several. */
  readonly targets?: readonly ExampleTarget[];
}

/** The same with one of several targets as the only one. */
export function examplesBy(all: TaskExamples, target: ExampleTarget): TaskExamples {
  const [first] = all.targets ?? [];
  const { names, close } = target;
  const examples = all.examples.map(({ further = {}, ...example }) =>
    target.target === first?.target ? example : { ...example, asked: further[target.target] ?? [] },
  );
  return { examples, names, ...(close === undefined ? {} : { close }) };
}

/** The answers to that target; null where none are stored, as in older sessions. */
export function answersBy<Told extends Answers>(told: Told, all: TaskExamples, target: ExampleTarget): Told | null {
  const { further = [], ...own } = told;
  if (target.target === all.targets?.[0]?.target) return own as Told;
  const found = further.find((one) => one.target === target.target);
  return found === undefined ? null : ({ ...own, answers: found.answers, shares: found.shares } as Told);
}

/** A value counts as correct within this distance: the root of the mean squared error that counts as solved. */
export const closeEnough = 0.1;

export const isRight = (answer: number, wanted: number, { names, close = closeEnough }: AnswerLook): boolean =>
  names === null ? Math.abs(answer - wanted) <= close : answer === wanted;
