// What a verdict is asked about, as plain data: a claim of one of seven kinds with the runs it is judged by, and the answer with the figures it was
// read from. Pure.
import type { Interval } from './sample.ts';

/** One number per run in the order of seeds (or of rounds); null = diverged. */
export type Values = readonly (number | null)[];

/** `cannot-be-tested-here`: more seeds could not decide it; `not-decided`: they could. */
export type Outcome = 'holds' | 'does-not-hold' | 'not-decided' | 'cannot-be-tested-here';

/** How the numbers came about, as far as it can spoil a verdict. */
export interface Protocol {
  readonly checkpoint?: 'last' | 'best-on-val' | 'best-on-test' | 'max-over-evaluations';
  readonly seedsDeclared?: boolean;
  readonly equalTuning?: boolean;
}

interface Asked {
  readonly alpha?: number;
  readonly minSeeds?: number;
  readonly direction?: 'max' | 'min';
  /** What a diverged run counts as; absent = there is no worst value. */
  readonly divergedValue?: number | null;
  /** Why it cannot be tested on this machine, the most important reason first. */
  readonly blocked?: readonly string[];
  readonly protocol?: Protocol;
}

/** Of tasks whose seeds come in two heaps (RunMetric.canFail). */
interface Failing {
  readonly canFail?: boolean;
  readonly solvedAt?: number;
}

/** A reaches x: on average, or in most runs. */
export interface Reaches extends Asked, Failing {
  readonly kind: 'reaches';
  readonly a: Values;
  readonly x: number;
  readonly reading?: 'mean' | 'most';
}

interface Against extends Asked, Failing {
  readonly a: Values;
  /** The other variant, or a published number that is taken as a point. */
  readonly b: Values | { readonly published: number };
  /** Both ran the same seeds on the same data, in this order. */
  readonly paired?: boolean;
}

/** A and B are the same within delta. */
export interface Equals extends Against {
  readonly kind: 'equals';
  readonly delta?: number;
  readonly rateDelta?: number;
}

/** A is better than B by more than the margin. */
export interface Better extends Against {
  readonly kind: 'better';
  readonly margin?: number;
}

/** Every variant is better than the next. */
export interface Order extends Asked, Failing {
  readonly kind: 'order';
  readonly arms: readonly Values[];
  readonly paired?: boolean;
}

/** A / B is r within the factor, or at least r. */
export interface RatioClaim extends Asked {
  readonly kind: 'ratio';
  readonly a: Values;
  readonly b: Values;
  readonly r: number;
  readonly factor?: number;
  readonly op?: 'about' | 'at-least';
  readonly unit?: 'rounds' | 'seeds';
}

interface OverLengths extends Asked {
  readonly lengths: readonly number[];
  /** One for each seed, in the order of lengths. */
  readonly rows: readonly Values[];
}

/** It does not depend on the length. */
export interface Flat extends OverLengths {
  readonly kind: 'flat';
  readonly delta?: number;
}

/** It changes by s for every doubling. */
export interface SlopeClaim extends OverLengths {
  readonly kind: 'slope';
  readonly s: number;
  readonly tol: number;
  readonly logY?: boolean;
}

export type Claim = Reaches | Equals | Better | Order | RatioClaim | Flat | SlopeClaim;

export type Reason =
  | `blocked:${string}`
  | `protocol:${'checkpoint' | 'seeds' | 'tuning'}`
  | `too-few-${'seeds' | 'rounds' | 'lengths'}`
  | 'diverged'
  | 'no-spread'
  | 'counts'
  | 'rates'
  | 'ranks'
  | 'not-a-line'
  | 'interval-inside'
  | 'interval-outside'
  | 'straddles';

/** What it was read from; absent = plays no part. */
export interface Figures {
  readonly mean?: number;
  /** `better`: positive = A better, in its unit; `equals`: A - B. */
  readonly difference?: number;
  readonly ratio?: number;
  readonly slope?: number;
  readonly change?: number;
  readonly interval?: Interval | null;
  /** Of the interval. */
  readonly level?: number;
  /** Two-sided, of the test that decides. */
  readonly p?: number | null;
  /** P(A better than B). */
  readonly poi?: number;
  readonly reached?: number;
  readonly of?: number;
  readonly rateInterval?: Interval;
  readonly solvedInterval?: Interval;
  readonly rangeOfMeans?: number;
  readonly maxResidual?: number;
  /** Of an order: the outcome of each pair of neighbours, Holm's p of every pair (1,2), (1,3), .., and the pairs that are reversed. */
  readonly adjacent?: readonly Outcome[];
  readonly holm?: readonly (number | null)[];
  readonly reversed?: readonly (readonly [first: number, second: number])[];
}

export interface Verdict {
  readonly verdict: Outcome;
  readonly reason: Reason | null;
  readonly figures: Figures;
}

export const judged = (verdict: Outcome, reason: Reason | null, figures: Figures = {}): Verdict => ({
  verdict,
  reason,
  figures,
});

/** Where an interval lies: inside what is claimed, outside, or neither. */
export const read = (isInside: boolean, isOutside: boolean, figures: Figures): Verdict => {
  if (isInside) return judged('holds', 'interval-inside', figures);
  if (isOutside) return judged('does-not-hold', 'interval-outside', figures);
  return judged('not-decided', 'straddles', figures);
};

/** Direction claims use 1 - alpha, level claims two one-sided tests: 1 - 2 alpha. */
export const alphaOf = ({ alpha = 0.05 }: Pick<Asked, 'alpha'>): number => alpha;

export const signOf = ({ direction = 'max' }: Pick<Asked, 'direction'>): 1 | -1 => (direction === 'max' ? 1 : -1);

/** Diverged runs as the worst value, where there is one. */
export const settled = (values: Values, worst: number | null | undefined): Values =>
  worst === null || worst === undefined ? values : values.map((value) => value ?? worst);

export const allFinite = (values: Values): values is readonly number[] => values.every((value) => value !== null);
