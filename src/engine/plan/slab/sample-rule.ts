// How an op is computed for a part of the batch, for the slab schedule. Types only; the rules are with the ops.
import type { TensorType } from '../../core/tensor.ts';

/** An input of an op: a piece of the batch (the first extent counts samples), or the same bytes for every piece. */
export type Role = 'samples' | 'shared';

/**
 * An output: a piece of the batch; a sum to which each piece adds its share; a mean over the rows counted; the number of those rows, which
 * must be known for the whole batch before the first piece.
 */
export type Fate = 'samples' | 'sum' | 'mean' | 'count';

/** An op that finds the count of a `count` output from one input of the node alone. */
export interface Counting {
  readonly op: string;
  readonly input: number;
  readonly attrs: object;
}

/** An op on a piece of the batch. */
export interface Split {
  readonly inputs: readonly Role[];
  readonly outputs: readonly Fate[];
  /** Attributes where they depend on the extent of the batch. */
  readonly attrs?: object;
  readonly count?: Counting;
  /** Its kernel is much faster for many samples at once (a matrix for a few rows each time step). */
  readonly together?: boolean;
}

/** The arguments of a rule: types over the whole batch, which inputs hold samples, and the extents. */
export interface SplitQuestion {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  /** The input holds samples, or (second list) a sum over them. */
  readonly samples: readonly boolean[];
  readonly sums: readonly boolean[];
  readonly batch: number;
  /** Samples of a piece; divides `batch`. */
  readonly part: number;
}

/** Null: the op cannot be done in pieces here. */
export type SampleRule<A extends object> = (question: SplitQuestion, attrs: A) => Split | null;

export type SampleRules = Readonly<Record<string, SampleRule<never>>>;
