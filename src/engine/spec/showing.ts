// What a run shows of itself while it learns, as plain data: text it writes, with the probability of each symbol, and its answers to
// held-out examples. Files, screens and exports speak of it in these words. Independent of tasks and networks.

/** Probabilities are kept to three digits. */
export const shareDigits = 1000;

/** How a text was written, symbol by symbol; the symbols joined are the text. */
export interface SampleDetail {
  /** `evaluation`: by the run on its own, from the prompt of its task; `person`: because somebody asked. */
  readonly origin: 'evaluation' | 'person';
  readonly symbols: readonly string[];
  /** What the network gave each written symbol, at temperature 1 whatever it was drawn with. */
  readonly shares: readonly number[];
  /** The likeliest symbols at each place, the likeliest first. */
  readonly likeliest: readonly (readonly (readonly [symbol: string, share: number])[])[];
  /** The longest stretch that is so in the training text: first symbol, and how many. */
  readonly copied: { readonly start: number; readonly length: number };
  /** Share of its words that the training text has; null where words are not set apart by spaces, or there is none. */
  readonly words: number | null;
  readonly secondsPerSymbol: number;
}

/** Answers of one step to held-out examples: one entry an example, in each one number for every place where an answer counts. */
export interface Answers {
  /** Number of each example in the held-out set. */
  readonly examples: readonly number[];
  /** Class, or value where the task wants one. */
  readonly answers: readonly (readonly number[])[];
  /** What the network gave the right class; null where the task wants a value. */
  readonly shares: readonly (readonly number[])[] | null;
}

/** What a symbol is in its example: something to read, something pointed out, filler, or a place where an answer is asked for. */
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
  /** In place of symbols. */
  readonly picture?: Picture;
  /** `count` equal ones in a row where that is more than one. */
  readonly symbols: readonly { readonly text: string; readonly role: SymbolRole; readonly count?: number }[];
  /** Positions whose answer counts, in order, with the class or value wanted there. */
  readonly asked: readonly { readonly at: number; readonly wanted: number }[];
}

/** Sequences of one task and what its classes are called; null = answers are values. */
export interface TaskExamples {
  readonly examples: readonly (ExampleSequence & { readonly index: number })[];
  readonly names: readonly string[] | null;
}

/** A value counts as right when it is this close: the root of the mean squared error that counts as solved. */
export const closeEnough = 0.1;

export const isRight = (answer: number, wanted: number, names: readonly string[] | null): boolean =>
  names === null ? Math.abs(answer - wanted) <= closeEnough : answer === wanted;
