// What a run shows while it learns, as plain data: text it writes, with the probability of each symbol, and its answers to held-out
// examples. Used by files, screens and exports. Independent of tasks and networks.

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

/** Answers of one step to held-out examples: one entry an example, in each one number for every place where an answer counts. */
export interface Answers {
  /** Number of each example in the held-out set. */
  readonly examples: readonly number[];
  /** Class, or value if the task asks for values. */
  readonly answers: readonly (readonly number[])[];
  /** Probability of the correct class; null if the task asks for values. */
  readonly shares: readonly (readonly number[])[] | null;
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

/** One sequence of a task for people, without padding. */
export interface ExampleSequence {
  /** Used instead of symbols. */
  readonly picture?: Picture;
  /** `count` equal ones in a row where that is more than one. */
  readonly symbols: readonly { readonly text: string; readonly role: SymbolRole; readonly count?: number }[];
  /** Positions whose answer counts, in order, with the target class or value; `output` where a position has several values. */
  readonly asked: readonly { readonly at: number; readonly wanted: number; readonly output?: number }[];
}

/** Sequences of one task and what its classes are called; null = answers are values. */
export interface TaskExamples {
  readonly examples: readonly (ExampleSequence & { readonly index: number })[];
  readonly names: readonly string[] | null;
  /** Values within this distance count as right; absent = `closeEnough`. */
  readonly close?: number;
}

/** A value counts as correct within this distance: the root of the mean squared error that counts as solved. */
export const closeEnough = 0.1;

export const isRight = (
  answer: number,
  wanted: number,
  { names, close = closeEnough }: Pick<TaskExamples, 'names' | 'close'>,
): boolean => (names === null ? Math.abs(answer - wanted) <= close : answer === wanted);
