// The state of attention: a cache of rows with room for the longest sequence, and which of them are filled. Independent of models.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { constant } from '../ops/functional.ts';
import type { StateSlot } from './model.ts';
import { lastInputs, ringSlot } from './ring.ts';

export interface Cache {
  /** [B, longest, width], newest last. */
  readonly rows: ValueId;
  /** [B, longest, 1]: how often a row counts, 0 = empty. */
  readonly filled: ValueId;
}

export const cacheSlots = (longest: number, width: number): readonly StateSlot[] => [
  ringSlot('cache', longest, width),
  { ...ringSlot('filled', longest, 1), positive: true, marks: true },
];

/** The cache after rows [B, T, width] have been added at its end. */
export function grown(builder: GraphBuilder, rows: ValueId, before: Cache | null, longest: number): Cache {
  const [batch = 1, time = 1] = builder.shape(rows);
  const ones = constant(builder, [batch, time, 1], 1);
  return {
    rows: lastInputs(builder, rows, before?.rows ?? null, longest),
    filled: lastInputs(builder, ones, before?.filled ?? null, longest),
  };
}

/** The carried state as a cache; null at the start of a sequence. */
export function cacheOf(title: string, given: readonly ValueId[] | null): Cache | null {
  if (given === null) return null;
  const [rows, filled] = given;
  if (rows === undefined || filled === undefined)
    throw new Error(`${title}: the carried state must be a cache [B, longest, width] and what is filled of it`);
  return { rows, filled };
}
